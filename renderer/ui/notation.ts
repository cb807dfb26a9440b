import { shortBytes } from "../../shared/emit/figures.ts";

/** `97.1 %`. */
export const inPercent = (share: number, digits = 1): string => `${(share * 100).toFixed(digits)} %`;

/** `6.42 MB` for `6,422,528 bytes`, where all digits are one click away; everything else as it is. */
export function briefly(value: string): string {
  const [, digits] = /^([\d,]+) bytes$/.exec(value) ?? [];
  return digits === undefined ? value : shortBytes(Number(digits.replaceAll(",", "")));
}
