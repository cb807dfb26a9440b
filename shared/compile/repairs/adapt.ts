import { showPair } from "../../nodes/settings.ts";
import { type Image, isImage, isVector, type Shape, show, volume } from "../../nodes/shape.ts";
import type { Layer } from "./edits.ts";

/** A way from one shape to another, in layers and in words: "Max Pool 2×2". */
export interface Way {
  readonly layers: readonly Layer[];
  readonly words: string;
}

const sized = ([height, width]: readonly [number, number]): number | readonly number[] =>
  height === width ? height : [height, width];

/** Ways to bring an image to another height and width: none where it has them, the most usual first. */
export function resizings([height, width]: Image, to: readonly [number, number]): readonly Way[] {
  if (height === to[0] && width === to[1]) return [];
  if (height >= to[0] && width >= to[1]) return shrinkings([height, width], to);
  return height <= to[0] && width <= to[1] ? growings([height, width], to) : [];
}

type Sides = readonly [height: number, width: number];

function shrinkings([height, width]: Sides, to: Sides): readonly Way[] {
  const ratio = [height / to[0], width / to[1]] as const;
  if (ratio.every(Number.isInteger)) return [pool(ratio)];
  const [rows, columns] = [height - to[0], width - to[1]];
  const amount = sides(rows, columns);
  const crop: Way = { layers: [["crop2d", { amount }]], words: `Crop to ${showPair(to)}` };
  // Windows as far apart as can be, so large that the last one ends at the border.
  const stride = [Math.floor(ratio[0]), Math.floor(ratio[1])] as const;
  const size = [height - (to[0] - 1) * stride[0], width - (to[1] - 1) * stride[1]] as const;
  return [crop, pool(size, stride)];
}

function pool(size: Sides, stride: Sides = size): Way {
  const isPlain = showPair(stride) === showPair(size);
  return {
    layers: [["maxPool2d", { size: sized(size), ...(isPlain ? {} : { stride: sized(stride) }) }]],
    words: `Max Pool ${showPair(size)}${isPlain ? "" : ` stride ${showPair(stride)}`}`,
  };
}

function growings([height, width]: Sides, to: Sides): readonly Way[] {
  const ratio = [to[0] / height, to[1] / width] as const;
  if (ratio.every(Number.isInteger))
    return [{ layers: [["upsample2d", { size: sized(ratio) }]], words: `Upsample ${showPair(ratio)}` }];
  const amount = sides(to[0] - height, to[1] - width);
  return [{ layers: [["zeroPad2d", { amount }]], words: `Zero Pad to ${showPair(to)}` }];
}

/** Rows and columns spread over the four sides, the odd ones behind. */
function sides(rows: number, columns: number): number | readonly number[] {
  const all = [Math.floor(rows / 2), Math.ceil(rows / 2), Math.floor(columns / 2), Math.ceil(columns / 2)];
  return all.every((it) => it === all[0]) ? (all[0] ?? 0) : all;
}

/** A 1×1 convolution that changes nothing but the number of channels. */
export const mixTo = (channels: number): Way => ({
  layers: [["conv2d", { filters: channels, kernel: 1, activation: "linear" }]],
  words: `Conv 2D 1×1 with ${channels} filters`,
});

export const reshapeTo = (target: Shape): Way => ({
  layers: [["reshape", { target }]],
  words: `Reshape → ${show(target)}`,
});

export const denseTo = (units: number): Way => ({
  layers: [["dense", { units, activation: "linear" }]],
  words: `Dense → ${units}`,
});

/** Channels that a square image laid out as a vector probably has, the likeliest first. */
const likelyChannels = [1, 3, 2, 4, 8, 16, 32, 64, 128, 256, 512];

/** The image that a vector of this length most likely is: square where it can be, else one pixel. */
export function likelyImage(length: number): Image {
  for (const channels of likelyChannels) {
    const side = Math.sqrt(length / channels);
    if (Number.isInteger(side) && side > 1) return [side, side, channels];
  }
  return [1, 1, length];
}

/** Ways from what enters to the shape that the layers behind were drawn for. */
export function waysBetween(from: Shape, to: Shape): readonly Way[] {
  if (show(from) === show(to)) return [];
  const reshaped = volume(from) === volume(to) ? [reshapeTo(to)] : [];
  if (isVector(to))
    return [...reshaped, ...(isImage(from) ? [inRow(flat, denseTo(to[0]))] : [denseTo(to[0])])];
  if (isVector(from)) return [...reshaped, inRow(denseTo(volume(to)), reshapeTo(to))];
  const channels = from[2] === to[2] ? [] : [mixTo(to[2])];
  const resized = resizings(from, [to[0], to[1]]);
  return resized.length ? resized.map((it) => inRow(it, ...channels)) : [...reshaped, ...channels];
}

const flat: Way = { layers: [["flatten", {}]], words: "Flatten" };

export const inRow = (...ways: readonly Way[]): Way => ({
  layers: ways.flatMap((it) => it.layers),
  words: ways.map((it) => it.words).join(" and "),
});
