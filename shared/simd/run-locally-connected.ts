// Locally connected layers, on arrays given by address: images [images, height, width, channels], kernel [outHeight,
// outWidth, kernelHeight, kernelWidth, channels, filters], bias [outHeight, outWidth, filters].

import { Activation, Kernel } from "./kernels/protocol.ts";
import type { Launcher } from "./launcher.ts";
import { sumColumns } from "./run-reduction.ts";

export interface LocallyConnectedSize {
  readonly images: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly filters: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly padTop: number;
  readonly padLeft: number;
}

export interface LocallyConnectedOperands {
  readonly x: number;
  readonly kernel: number;
  /** 0 for none. */
  readonly bias: number;
  readonly activation: Activation;
  readonly out: number;
}

export function runLocallyConnected(
  launcher: Launcher,
  size: LocallyConnectedSize,
  { x, kernel, bias, activation, out }: LocallyConnectedOperands,
): void {
  run(launcher, Kernel.locallyConnected, size, [x, kernel, bias, activation, out]);
}

export function runLocallyConnectedInputGradient(
  launcher: Launcher,
  size: LocallyConnectedSize,
  dy: number,
  kernel: number,
  dx: number,
): void {
  run(launcher, Kernel.locallyConnectedInputGradient, size, [dy, kernel, 0, Activation.none, dx]);
}

/** The gradient by the kernel; each of its numbers is one sum over the images. */
export function runLocallyConnectedFilterGradient(
  launcher: Launcher,
  size: LocallyConnectedSize,
  x: number,
  dy: number,
  out: number,
): void {
  run(launcher, Kernel.locallyConnectedFilterGradient, size, [x, dy, 0, Activation.none, out]);
}

export const runLocallyConnectedBiasGradient = (
  launcher: Launcher,
  { images, outHeight, outWidth, filters }: LocallyConnectedSize,
  dy: number,
  out: number,
): void => sumColumns(launcher, 1, images, outHeight * outWidth * filters, dy, out, 1);

function run(
  launcher: Launcher,
  kernel: Kernel,
  size: LocallyConnectedSize,
  operands: readonly number[],
): void {
  const { images, height, width, channels, outHeight, outWidth, filters } = size;
  const { strideHeight, strideWidth, kernelHeight, kernelWidth, padTop, padLeft } = size;
  const products = images * outHeight * outWidth * filters * kernelHeight * kernelWidth * channels;
  launcher.run(kernel, launcher.sharesFor(products / 4), [
    ...[images, height, width, channels, outHeight, outWidth, filters],
    ...[strideHeight, strideWidth, kernelHeight, kernelWidth, padTop, padLeft],
    ...operands,
  ]);
}
