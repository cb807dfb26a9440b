// Larger images and their gradients, on arrays given by address. The forward pass of repeated pixels is in run-copy.ts.

import { Kernel } from "./kernels/protocol.ts";
import type { Launcher } from "./launcher.ts";

export interface Upsampling {
  readonly images: number;
  /** Of the small image. */
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** How many times as high and wide the large one is. */
  readonly down: number;
  readonly right: number;
}

/** dx = Σ over the copies of each pixel of dy [images, height · down, width · right, channels]. */
export const runNearestGradient = (launcher: Launcher, size: Upsampling, dy: number, dx: number): void =>
  run(launcher, Kernel.nearestGradient, size, dy, dx);

/** Blends between the nearest four pixels: half-pixel centres, the border repeated, as in Keras' UpSampling2D. */
export const runBilinear = (launcher: Launcher, size: Upsampling, x: number, out: number): void =>
  run(launcher, Kernel.bilinear, size, x, out);

export const runBilinearGradient = (launcher: Launcher, size: Upsampling, dy: number, dx: number): void =>
  run(launcher, Kernel.bilinearGradient, size, dy, dx);

function run(launcher: Launcher, kernel: Kernel, size: Upsampling, from: number, to: number): void {
  const { images, height, width, channels, down, right } = size;
  launcher.run(kernel, launcher.sharesFor((images * height * down * width * right * channels) / 4), [
    ...[images, height, width, channels, down, right, from, to],
  ]);
}
