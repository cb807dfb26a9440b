// Depthwise convolution and its gradients, given by addresses of float32 arrays: images [batch, height, width, channels],
// filter [height, width, channels, multiplier], output [batch, height, width, channels · multiplier].

import type { backend_util } from "@tensorflow/tfjs-core";
import type { SimdBackend } from "./backend.ts";
import { Activation, Kernel } from "./kernels/protocol.ts";
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
  backend: SimdBackend,
  info: backend_util.Conv2DInfo,
  { x, filter, bias, activation, out }: DepthwiseOperands,
): void {
  sumTaps(backend, Kernel.depthwise, info, [x, filter, bias, activation, out], repeatedFloats(info));
}

/** dx = gradient by the images, all of which is written. */
export function runDepthwiseInputGradient(
  backend: SimdBackend,
  info: backend_util.Conv2DInfo,
  dy: number,
  filter: number,
  dx: number,
): void {
  sumTaps(backend, Kernel.depthwiseInputGradient, info, [dy, filter, 0, Activation.none, dx], 0);
}

/** out = gradient by the filter. The sum over the images is split alike for any number of threads. */
export function runDepthwiseFilterGradient(
  backend: SimdBackend,
  info: backend_util.Conv2DInfo,
  x: number,
  dy: number,
  out: number,
): void {
  const cells = info.filterHeight * info.filterWidth;
  const parts = partsOf(info.batchSize, 2, 16);
  const scratchBytes = backend.module.depthwiseFilterGradientScratchBytes(
    cells,
    info.outChannels,
    repeatedFloats(info),
  );
  const threads = backend.threadsFor(products(info) / 4);
  sumOfParts(backend, cells * info.outChannels, parts, scratchBytes, out, (partials, scratch) =>
    backend.run(Kernel.depthwiseFilterGradient, threads, [
      ...shapeWords(info),
      ...[x, dy, partials, parts, scratch, scratchBytes],
    ]),
  );
}

function sumTaps(
  backend: SimdBackend,
  kernel: Kernel,
  info: backend_util.Conv2DInfo,
  operands: readonly number[],
  repeated: number,
): void {
  const scratchBytes = backend.module.depthwiseScratchBytes(
    info.filterHeight * info.filterWidth,
    info.outChannels,
    repeated,
  );
  const scratch = backend.scratch(scratchBytes * backend.threads);
  const threads = backend.threadsFor(products(info) / 4);
  backend.run(kernel, threads, [...shapeWords(info), ...operands, scratch, scratchBytes]);
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
