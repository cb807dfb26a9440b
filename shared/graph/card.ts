import type { Point } from "./graph.ts";
import { limits } from "./limits.ts";

/** The size of a node card on the canvas in pixels, and the grid that cards snap to. */
export const card = { width: 200, height: 112 } as const;
export const grid = 20;
/** From the top of a card to the top of the card below it: the card, and room for a wire, on the grid. */
export const pitch = 140;

export const below = ([x, y]: Point): Point => [x, y + pitch];

/** The nearest place that a document can hold. */
export const settled = ([x, y]: Point): Point => [held(x), held(y)];

// `|| 0` turns NaN and −0 into 0: JSON can write neither.
const held = (pixels: number): number => Math.min(Math.max(pixels, -limits.position), limits.position) || 0;
