/** Widths as shares of the font size, measured on Inter and Helvetica: enough to cut a line and to size a picture. */
const widths: readonly (readonly [RegExp, number])[] = [
  [/[ijl.,:;'|!·I]/, 0.28],
  [/[ftr()[\]/ ]/, 0.35],
  [/[mwMW@%…—]/, 0.88],
  [/[A-Z]/, 0.68],
  [/[\u1100-\uFFDC]/, 1],
];

/** Approximate width in pixels; never asks a browser. */
export function textWidth(text: string, size: number, mono = false): number {
  if (mono) return [...text].length * 0.6 * size;
  return (
    [...text].reduce((sum, letter) => sum + (widths.find(([it]) => it.test(letter))?.[1] ?? 0.57), 0) * size
  );
}

/** The first of the sizes, largest first, at which the text fits; the smallest where it never does. */
export const fitting = (text: string, room: number, sizes: readonly [number, ...number[]]): number =>
  sizes.find((it) => textWidth(text, it) <= room) ?? Math.min(...sizes);

/** The text, or as much of its beginning as fits with `…` behind it. */
export function cutTo(text: string, room: number, size: number, mono = false): string {
  if (textWidth(text, size, mono) <= room) return text;
  let letters = [...text];
  while (letters.length && textWidth(`${letters.join("")}…`, size, mono) > room)
    letters = letters.slice(0, -1);
  return `${letters.join("").trimEnd()}…`;
}
