// Global pools of images [images, pixels, channels] to [images, channels], on arrays given by address.

import { Kernel } from "./kernels/protocol.ts";
import type { Launcher } from "./launcher.ts";
import { sumColumns } from "./run-reduction.ts";

export interface GlobalPool {
  readonly images: number;
  readonly pixels: number;
  readonly channels: number;
}

export const runGlobalAverage = (
  launcher: Launcher,
  { images, pixels, channels }: GlobalPool,
  x: number,
  out: number,
): void => sumColumns(launcher, images, pixels, channels, x, out, 1 / pixels);

export const runGlobalAverageGradient = (
  launcher: Launcher,
  size: GlobalPool,
  dy: number,
  dx: number,
): void => run(launcher, Kernel.globalAverageGradient, size, [0, 0, dy, dx]);

/** NaN wins and stays. */
export const runGlobalMax = (launcher: Launcher, size: GlobalPool, x: number, out: number): void =>
  run(launcher, Kernel.globalMax, size, [x, out, 0, 0]);

/** `y` is the pool's result; equal maxima share the slope evenly. */
export const runGlobalMaxGradient = (
  launcher: Launcher,
  size: GlobalPool,
  x: number,
  y: number,
  dy: number,
  dx: number,
): void => run(launcher, Kernel.globalMaxGradient, size, [x, y, dy, dx]);

function run(
  launcher: Launcher,
  kernel: Kernel,
  { images, pixels, channels }: GlobalPool,
  addresses: readonly number[],
): void {
  const shares = launcher.sharesFor((images * pixels * channels) / 4);
  launcher.run(kernel, shares, [images, pixels, channels, ...addresses]);
}
