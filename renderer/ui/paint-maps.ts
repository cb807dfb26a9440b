import type { Image } from "../../shared/nodes/shape.ts";
import type { Palette } from "./map-palettes.ts";

/** The values that a picture's lowest and highest colour stand for. */
export interface Span {
  readonly low: number;
  readonly high: number;
}

/** Where one picture's values lie in a larger array: `values[from + (row × columns + column) × every]`. */
export interface MapPlace {
  readonly values: Float32Array;
  readonly rows: number;
  readonly columns: number;
  readonly from: number;
  readonly every: number;
}

/** Map `index` of several that follow one another row by row, as in `FeatureMaps`. */
export const mapAt = (values: Float32Array, rows: number, columns: number, index: number): MapPlace => ({
  values,
  rows,
  columns,
  from: index * rows * columns,
  every: 1,
});

/** The picture that kernel `kernel` lays over input channel `channel`; stored as [height, width, in, out]. */
export function kernelAt(
  values: Float32Array,
  shape: readonly number[],
  channel: number,
  kernel: number,
): MapPlace {
  const [rows = 1, columns = 1, channels = 1, kernels = 1] = shape;
  return { values, rows, columns, from: channel * kernels + kernel, every: channels * kernels };
}

export const valueAt = (place: MapPlace, row: number, column: number): number =>
  place.values[place.from + (row * place.columns + column) * place.every] ?? Number.NaN;

/** Smallest and largest finite value; 0 to 0 where there is none. */
export function spanOf(values: Float32Array, from = 0, to = values.length): Span {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let index = from; index < to; index++) {
    const value = values[index] ?? 0;
    if (value < low && value !== Number.NEGATIVE_INFINITY) low = value;
    if (value > high && value !== Number.POSITIVE_INFINITY) high = value;
  }
  return low <= high ? { low, high } : { low: 0, high: 0 };
}

/** The smallest span with zero in its middle that holds another one: for weights, whose sign matters. */
export function aroundZero({ low, high }: Span): Span {
  const limit = Math.max(Math.abs(low), Math.abs(high));
  return { low: -limit, high: limit };
}

/**
 * Paints one value per canvas pixel; the style sheet enlarges it with `image-rendering: pixelated`.
 * A flat map gets the lowest colour of `sequential` and the middle one of `diverging`; NaN stays transparent.
 */
export function paintMap(canvas: HTMLCanvasElement, place: MapPlace, palette: Palette, span: Span): void {
  const { values, rows, columns, from, every } = place;
  paintPixels(canvas, rows, columns, (pixels) => {
    const last = palette.length - 1;
    const flat = !(span.high > span.low);
    const scale = flat ? 0 : last / (span.high - span.low);
    const middle = flat && palette.length % 2 === 1 ? last / 2 : 0;
    for (let index = 0; index < pixels.length; index++) {
      const value = values[from + index * every] ?? Number.NaN;
      const step = middle + (value - span.low) * scale;
      pixels[index] = Number.isNaN(value)
        ? 0
        : (palette[step <= 0 ? 0 : step >= last ? last : Math.round(step)] ?? 0);
    }
  });
}

/** One image of a dataset, channels-last, 0 to 1: grey, or colours where it has three channels. */
export function paintImage(
  canvas: HTMLCanvasElement,
  pixels: Float32Array,
  [rows, columns, channels]: Image,
  index: number,
): void {
  const start = index * rows * columns * channels;
  const [green, blue] = channels === 3 ? [1, 2] : [0, 0];
  paintPixels(canvas, rows, columns, (target) => {
    for (let at = 0; at < target.length; at++) {
      const first = start + at * channels;
      target[at] =
        ((255 << 24) |
          (byteOf(pixels[first + blue]) << 16) |
          (byteOf(pixels[first + green]) << 8) |
          byteOf(pixels[first])) >>>
        0;
    }
  });
}

/** The palette itself from left (low) to right (high), for a scale bar. */
export const paintScale = (canvas: HTMLCanvasElement, palette: Palette): void =>
  paintPixels(canvas, 1, palette.length, (pixels) => pixels.set(palette));

const byteOf = (value = 0): number => (value <= 0 ? 0 : value >= 1 ? 255 : Math.round(value * 255));

function paintPixels(
  canvas: HTMLCanvasElement,
  rows: number,
  columns: number,
  fill: (pixels: Uint32Array) => void,
): void {
  // Assigning a canvas' size clears it and drops its memory, even when nothing changes.
  if (canvas.width !== columns) canvas.width = columns;
  if (canvas.height !== rows) canvas.height = rows;
  const context = canvas.getContext("2d");
  if (!context || rows < 1 || columns < 1) return;
  const image = context.createImageData(columns, rows);
  fill(new Uint32Array(image.data.buffer));
  context.putImageData(image, 0, 0);
}
