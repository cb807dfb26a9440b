// Which kernel computes a convolution or one of its gradients, and with what arguments. Everything is given by
// addresses of float32 arrays: images [batch, height, width, channels], filters [height, width, in, out].

import type { backend_util } from "@tensorflow/tfjs-core";
import type { SimdBackend } from "./backend.ts";
import {
  type ConvolutionJob,
  type ConvolutionOperands,
  convolutionWords,
  forwardJob,
  inputGradientJob,
  isPointwise,
  paddedSize,
} from "./convolution-job.ts";
import { Activation, Kernel } from "./kernels/protocol.ts";
import { matrix, runProduct } from "./matmul.ts";
import { partsOf, sumOfParts } from "./parts.ts";
import { convolveByWinograd, filterGradientByWinograd, suitsWinograd } from "./winograd.ts";

/** What output row and input row may take together to stay in the first-level cache. */
const cacheBytes = 24576;

export function runConvolution(
  backend: SimdBackend,
  info: backend_util.Conv2DInfo,
  operands: Omit<ConvolutionOperands, "flipped">,
): void {
  const job = forwardJob(info);
  if (!isPointwise(job)) {
    convolve(backend, job, { ...operands, flipped: false });
    return;
  }
  const { x, filter, bias, activation, out } = operands;
  const pixels = job.images * job.height * job.width;
  runProduct(backend, {
    rows: pixels,
    columns: job.outChannels,
    depth: job.channels,
    a: matrix(x, pixels, job.channels, false),
    b: matrix(filter, job.channels, job.outChannels, false),
    out,
    bias,
    activation,
  });
}

export function runInputGradient(
  backend: SimdBackend,
  info: backend_util.Conv2DInfo,
  dy: number,
  filter: number,
  dx: number,
): void {
  const operands = { x: dy, filter, bias: 0, activation: Activation.none, out: dx, flipped: true };
  convolve(backend, inputGradientJob(info), operands);
}

export function runFilterGradient(
  backend: SimdBackend,
  info: backend_util.Conv2DInfo,
  x: number,
  dy: number,
  out: number,
): void {
  const job = forwardJob(info);
  if (suitsWinograd(job)) {
    filterGradientByWinograd(backend, job, x, dy, out);
    return;
  }
  const { images, outHeight, outWidth, channels, outChannels } = job;
  const depth = job.filterHeight * job.filterWidth * channels;
  const parts = partsOf(images, 4, 16);
  const padded = paddedSize(job);
  const scratchBytes = backend.module.filterGradientScratchBytes(depth, outChannels, padded.floats);
  const bytesPerRow = (job.strideHeight * padded.width * channels + outWidth * outChannels) * 4;
  const strip = Math.max(1, Math.min(outHeight, Math.floor(cacheBytes / bytesPerRow)));
  const threads = backend.threadsFor((images * outHeight * outWidth * outChannels * depth) / 8);
  sumOfParts(backend, depth * outChannels, parts, scratchBytes, out, (partials, scratch) =>
    backend.run(Kernel.filterGradient, threads, [
      ...convolutionWords(job, padded),
      ...[x, dy, partials, parts, strip, scratch, scratchBytes],
    ]),
  );
}

function convolve(backend: SimdBackend, job: ConvolutionJob, operands: ConvolutionOperands): void {
  if (suitsWinograd(job)) {
    convolveByWinograd(backend, job, operands);
    return;
  }
  const { x, filter, bias, activation, out, flipped } = operands;
  const depth = job.filterHeight * job.filterWidth * job.channels;
  const padded = paddedSize(job);
  const scratchBytes = backend.module.convolutionScratchBytes(depth, job.outChannels, padded.floats);
  const scratch = backend.scratch(scratchBytes * backend.threads);
  const threads = backend.threadsFor(
    (job.images * job.outHeight * job.outWidth * job.outChannels * depth) / 8,
  );
  backend.run(Kernel.convolution, threads, [
    ...convolutionWords(job, padded),
    ...[x, filter, bias, activation, out, flipped ? 1 : 0, scratch, scratchBytes],
  ]);
}
