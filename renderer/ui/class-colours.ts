import type { Theme } from "./map-palettes.ts";

/**
 * One colour per class, after Okabe and Ito's set for all kinds of colour vision (jfly.uni-koeln.de/color), darkened for
 * paper and lightened for the dark theme so that each reaches 3:1 on it. Classes also differ by `markOf`.
 */
const colours: Readonly<Record<Theme, readonly (readonly [red: number, green: number, blue: number])[]>> = {
  light: [
    [0, 99, 166],
    [196, 116, 0],
    [0, 133, 106],
    [176, 48, 92],
    [107, 79, 200],
    [91, 100, 112],
    [122, 118, 0],
    [0, 134, 168],
  ],
  dark: [
    [90, 169, 230],
    [240, 176, 60],
    [47, 196, 155],
    [239, 127, 164],
    [168, 149, 245],
    [169, 178, 192],
    [208, 208, 74],
    [95, 214, 240],
  ],
};
const papers = { light: [255, 255, 255], dark: [23, 26, 32] } as const;

export const marks = ["circle", "triangle", "square", "diamond"] as const;
export type Mark = (typeof marks)[number];

export const markOf = (label: number): Mark => marks[label % marks.length] ?? "circle";

const partsOf = (label: number, theme: Theme): readonly [number, number, number] =>
  colours[theme][label % colours[theme].length] ?? [128, 128, 128];

export const colourOf = (label: number, theme: Theme): string => `rgb(${partsOf(label, theme).join(" ")})`;

/** The class's colour laid over the paper with a strength from 0 to 1, as ImageData wants it. */
export function tintOf(label: number, strength: number, theme: Theme): number {
  const mixed = partsOf(label, theme).map((it, at) => {
    const paper = papers[theme][at] ?? 0;
    return Math.round(paper + (it - paper) * strength);
  });
  return ((255 << 24) | ((mixed[2] ?? 0) << 16) | ((mixed[1] ?? 0) << 8) | (mixed[0] ?? 0)) >>> 0;
}
