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
  const { kernel, stride, dilation, padding } = site.window;
  const { before } = windowSight({ size: kernel, stride, dilation, padding }, site.input);
  const cells = kernel[0] * kernel[1];
  const first = which === "conv2d" ? 0 : unit * cells;
  const rows = along(height, kernel[0], dilation[0], row * stride[0] - before[0]);
  const columns = along(width, kernel[1], dilation[1], column * stride[1] - before[1]);
  return rows.flatMap((down) =>
    columns.map((right) => ({
      row: down.at,
      column: right.at,
      weight: first + down.cell * kernel[1] + right.cell,
    })),
  );
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
