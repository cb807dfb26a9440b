const grouped = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** `54,314`. */
export const exactly = (count: number): string => grouped.format(count);

/** Three digits and a unit: `208`, `54.3 k`, `1.68 M`. */
export function shortly(count: number): string {
  const [scaled, unit] = scaledBy(Math.abs(count), 1000, ["", "k", "M", "G", "T", "P"]);
  const text = unit ? threeDigits(scaled) : String(Math.round(scaled));
  return `${count < 0 ? "−" : ""}${text}${unit && ` ${unit}`}`;
}

/** `118 kB`. One kilobyte is 1,000 bytes, as disks and downloads count. */
export function inBytes(bytes: number): string {
  const [scaled, unit] = scaledBy(bytes, 1000, ["B", "kB", "MB", "GB", "TB"]);
  return `${unit === "B" ? scaled : threeDigits(scaled)} ${unit}`;
}

/** `12 s`, `3 min 20 s`, `1 h 5 min`. */
export function inTime(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** `97.1 %`. */
export const inPercent = (share: number, digits = 1): string => `${(share * 100).toFixed(digits)} %`;

function scaledBy(value: number, step: number, units: readonly string[]): readonly [number, string] {
  let scaled = value;
  let index = 0;
  // 999.5 would be written as 1000 of the smaller unit.
  while (scaled >= step - 0.5 && index < units.length - 1) {
    scaled /= step;
    index++;
  }
  return [scaled, units[index] ?? ""];
}

const threeDigits = (value: number): string =>
  value >= 99.95 ? String(Math.round(value)) : value >= 9.995 ? value.toFixed(1) : value.toFixed(2);
