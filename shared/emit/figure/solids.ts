import type { KindName } from "../../nodes/index.ts";
import { isImage, type Shape } from "../../nodes/shape.ts";
import type { Block } from "./blocks.ts";
import { type Scale, scaleFor } from "./scale.ts";

/** A block's outline in pixels: the front, height by width, and how far its rear side lies to the right and up. */
export interface Solid {
  readonly look: "image" | "vector" | "sign";
  readonly width: number;
  readonly height: number;
  readonly right: number;
  readonly up: number;
  /** Repetitions stand this far to the right of each other. */
  readonly copies: number;
}

export const copyShift = 13;
const mostCopies = 3;

export interface Scales {
  readonly sides: Scale;
  readonly channels: Scale;
  readonly units: Scale;
}

const barWidth = 12;
export const signRadius = 13;
// The rear side of a box lies to the right and up by these shares of its depth.
const rightward = 0.8;
const upward = 0.6;

/** Merges that papers draw as a sign in a circle, since their result looks like what goes in. */
export const signs: Partial<Record<KindName, string>> = {
  add: "+",
  average: "avg",
  multiply: "×",
  maximum: "max",
};

export const signOf = ({ step }: Block): string | undefined => signs[step.node.kind];

/** One law for heights and widths of all images, one for their channels, one for vectors. */
export function scalesFor(blocks: readonly Block[]): Scales {
  const shapes = blocks.filter((it) => !signOf(it)).map((it) => it.step.output);
  const images = shapes.filter(isImage);
  const sides = images.flatMap((it) => it.slice(0, 2));
  const channels = images.map((it) => it[2]);
  const units = shapes.filter((it) => !isImage(it)).map(([count]) => count);
  return {
    sides: scaleFor(sides, 9, atMost(92, 12, sides)),
    channels: scaleFor(channels, 3.5, atMost(58, 4, channels)),
    units: scaleFor(units, 10, atMost(116, 11, units)),
  };
}

/** A few pixels or units fill no page. */
const atMost = (longest: number, each: number, sizes: readonly number[]): number =>
  Math.min(longest, each * Math.max(1, ...sizes));

/** The outline of a block under the scales. Monotone: a longer axis of one figure is never drawn shorter. */
export function solidOf(block: Block, scales: Scales): Solid {
  const copies = Math.min(block.repeated.length, mostCopies);
  if (signOf(block))
    return { look: "sign", width: 2 * signRadius, height: 2 * signRadius, right: 0, up: 0, copies };
  return { ...outline(block.step.output, scales), copies };
}

function outline(shape: Shape, { sides, channels, units }: Scales): Omit<Solid, "copies"> {
  if (!isImage(shape))
    return { look: "vector", width: barWidth, height: units.length(shape[0]), right: 0, up: 0 };
  const depth = channels.length(shape[2]);
  return {
    look: "image",
    width: sides.length(shape[1]),
    height: sides.length(shape[0]),
    right: rightward * depth,
    up: upward * depth,
  };
}

/** Width with depth and copies. */
export const widthOf = ({ width, right, copies }: Solid): number => width + right + (copies - 1) * copyShift;

/** How far it reaches above and below the middle of its front. */
export const reachOf = ({ height, up }: Solid): { readonly above: number; readonly below: number } => ({
  above: height / 2 + up,
  below: height / 2,
});
