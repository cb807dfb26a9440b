/** `54,314`: whole numbers to compare digit by digit. */
export const grouped = (value: number): string => String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ",");

const scales: readonly (readonly [number, string])[] = [
  [1e12, "T"],
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
];

/** `1.68 M`: three digits of a whole number, exact below a thousand. */
export function short(value: number): string {
  const scaled = toThree(value);
  return scaled.unit ? `${scaled.digits} ${scaled.unit}` : scaled.digits;
}

/** `118 kB`, in powers of ten. */
export const shortBytes = (bytes: number): string => {
  const { digits, unit } = toThree(bytes);
  return `${digits} ${unit}B`;
};

/** `1 parameter`, `54,314 parameters`. */
export const counted = (count: number, noun: string): string =>
  `${grouped(count)} ${noun}${count === 1 ? "" : "s"}`;

/** `12 s`, `3 min 20 s`, `1 h 5 min`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

function toThree(value: number): { readonly digits: string; readonly unit: string } {
  // Half a unit of the third digit below the next scale already rounds up to it: 999,500 is 1.00 M.
  const scale = scales.find(([size]) => value >= size * 0.9995 && value >= 1000);
  if (!scale) return { digits: String(value), unit: "" };
  return { digits: (value / scale[0]).toPrecision(3), unit: scale[1] };
}
