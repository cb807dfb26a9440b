/** `12 s`, `3 min 20 s`, `1 h 5 min`. */
export function inTime(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** `97.1 %`. */
export const inPercent = (share: number, digits = 1): string => `${(share * 100).toFixed(digits)} %`;
