import { volume } from "../../nodes/shape.ts";
import { windowSight } from "../../nodes/window.ts";
import type { Site, TwinName } from "./site.ts";

/** A line from a pixel to a unit. */
export interface Connection {
  /** The pixel: row and column of the input. */
  readonly row: number;
  readonly column: number;
  /**
   * Which weight it carries, numbered among those that lead from one input channel to one feature map. Two lines with
   * the same number are the same weight.
   */
  readonly weight: number;
}

/**
 * What one unit of a feature map, given by its [row, column], sees of one input channel. Cells of its window that lie
 * in the padding are left out: they meet zeros.
 */
export function wiringOf(
  site: Site,
  which: TwinName,
  [row, column]: readonly [number, number],
): readonly Connection[] {
  const [height, width] = site.input;
  const unit = row * site.maps[1] + column;
  if (which === "dense")
    return Array.from({ length: height * width }, (_, pixel) => ({
      row: Math.floor(pixel / width),
      column: pixel % width,
      weight: unit * height * width + pixel,
    }));
  const { kernel, dilation } = site.window;
  const first = which === "conv2d" ? 0 : unit * volume(kernel);
  const seen = seenBy(site, [row, column]);
  const rows = along(height, kernel[0], dilation[0], seen.row);
  const columns = along(width, kernel[1], dilation[1], seen.column);
  return rows.flatMap((down) =>
    columns.map((right) => ({
      row: down.at,
      column: right.at,
      weight: first + down.cell * kernel[1] + right.cell,
    })),
  );
}

/** Where the window of a unit lies: its upper left pixel, outside of the image where padding is seen, and its extent. */
export function seenBy(
  { window: { kernel, stride, dilation, padding }, input }: Site,
  [row, column]: readonly [number, number],
): { readonly row: number; readonly column: number; readonly height: number; readonly width: number } {
  const { before, window } = windowSight({ size: kernel, stride, dilation, padding }, input);
  return {
    row: row * stride[0] - before[0],
    column: column * stride[1] - before[1],
    height: window[0],
    width: window[1],
  };
}

/** How many weights lead from one input channel to one feature map, all its units together. */
export function weightsPerMap({ input, maps, window }: Site, which: TwinName): number {
  const places = maps[0] * maps[1];
  const cells = volume(window.kernel);
  if (which === "dense") return input[0] * input[1] * places;
  return which === "conv2d" ? cells : places * cells;
}

function along(
  length: number,
  kernel: number,
  dilation: number,
  first: number,
): readonly { readonly cell: number; readonly at: number }[] {
  return Array.from({ length: kernel }, (_, cell) => ({ cell, at: first + cell * dilation })).filter(
    ({ at }) => at >= 0 && at < length,
  );
}
