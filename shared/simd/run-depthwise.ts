// Depthwise convolution and its gradients, given by addresses of float32 arrays: images [batch, height, width, channels],
// filter [height, width, channels, multiplier], output [batch, height, width, channels · multiplier].

import type { backend_util } from "@tensorflow/tfjs-core";
import { Activation, Kernel } from "./kernels/protocol.ts";
import type { Launcher } from "./launcher.ts";
import { partsOf, sumOfParts } from "./parts.ts";

export interface DepthwiseOperands {
  readonly x: number;
  readonly filter: number;
  /** [channels · multiplier]; 0 for none. */
  readonly bias: number;
  readonly activation: Activation;
  readonly out: number;
}

/** Any stride, dilation and padding; `info` of a depthwise convolution, channels last. */
export function runDepthwise(
  launcher: Launcher,
  info: backend_util.Conv2DInfo,
  { x, filter, bias, activation, out }: DepthwiseOperands,
): void {
  sumTaps(launcher, Kernel.depthwise, info, [x, filter, bias, activation, out], repeatedFloats(info));
}

/** dx = gradient by the images, all of which is written. */
export function runDepthwiseInputGradient(
  launcher: Launcher,
  info: backend_util.Conv2DInfo,
  dy: number,
  filter: number,
  dx: number,
): void {
  sumTaps(launcher, Kernel.depthwiseInputGradient, info, [dy, filter, 0, Activation.none, dx], 0);
}

/** out = gradient by the filter. The sum over the images is split alike for any number of threads. */
export function runDepthwiseFilterGradient(
  launcher: Launcher,
  info: backend_util.Conv2DInfo,
  x: number,
  dy: number,
  out: number,
): void {
  const cells = info.filterHeight * info.filterWidth;
  const parts = partsOf(info.batchSize, 2, 16);
  const scratchBytes = launcher.module.depthwiseFilterGradientScratchBytes(
    cells,
    info.outChannels,
    repeatedFloats(info),
  );
  const shares = launcher.sharesFor(products(info) / 4);
  sumOfParts(launcher, cells * info.outChannels, parts, scratchBytes, out, (partials, scratch) =>
    launcher.run(Kernel.depthwiseFilterGradient, shares, [
      ...shapeWords(info),
      ...[x, dy, partials, parts, scratch, scratchBytes],
    ]),
  );
}

function sumTaps(
  launcher: Launcher,
  kernel: Kernel,
  info: backend_util.Conv2DInfo,
  operands: readonly number[],
  repeated: number,
): void {
  const scratchBytes = launcher.module.depthwiseScratchBytes(
    info.filterHeight * info.filterWidth,
    info.outChannels,
    repeated,
  );
  const scratch = launcher.scratch(scratchBytes * launcher.slots);
  const shares = launcher.sharesFor(products(info) / 4);
  launcher.run(kernel, shares, [...shapeWords(info), ...operands, scratch, scratchBytes]);
}

const products = (info: backend_util.Conv2DInfo): number =>
  info.batchSize * info.outHeight * info.outWidth * info.outChannels * info.filterHeight * info.filterWidth;

const multiplierOf = (info: backend_util.Conv2DInfo): number => info.outChannels / info.inChannels;

/** Of the copy of an image in which each channel stands `multiplier` times; none is made for one map per channel. */
const repeatedFloats = (info: backend_util.Conv2DInfo): number =>
  multiplierOf(info) > 1 ? info.inHeight * info.inWidth * info.outChannels : 0;

/** In the order of DepthwiseShape in kernels/depthwise.ts. */
const shapeWords = (info: backend_util.Conv2DInfo): readonly number[] => [
  ...[info.batchSize, info.inHeight, info.inWidth, info.inChannels, multiplierOf(info)],
  ...[info.outHeight, info.outWidth, info.strideHeight, info.strideWidth],
  ...[info.filterHeight, info.filterWidth, info.dilationHeight, info.dilationWidth],
  ...[info.padInfo.top, info.padInfo.left],
];
