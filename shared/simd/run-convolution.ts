// Which kernel computes a convolution or one of its gradients, and with what arguments. Everything is given by
// addresses of float32 arrays: images [batch, height, width, channels], filters [height, width, in, out].

import type { backend_util } from "@tensorflow/tfjs-core";
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
import type { Launcher } from "./launcher.ts";
import { matrix, runProduct } from "./matmul.ts";
import { partsOf, sumOfParts } from "./parts.ts";
import { runStridedInputGradient } from "./strided-gradient.ts";
import {
  convolveByWinograd,
  filterGradientByWinograd,
  suitsWinograd,
  suitsWinogradGradient,
} from "./winograd.ts";

/** What output row and input row may take together to stay in the first-level cache. */
const cacheBytes = 24576;

export function runConvolution(
  launcher: Launcher,
  info: backend_util.Conv2DInfo,
  operands: Omit<ConvolutionOperands, "flipped">,
): void {
  const job = forwardJob(info);
  if (!isPointwise(job)) {
    convolve(launcher, job, { ...operands, flipped: false });
    return;
  }
  const { x, filter, bias, activation, out } = operands;
  const pixels = job.images * job.height * job.width;
  runProduct(launcher, {
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
  launcher: Launcher,
  info: backend_util.Conv2DInfo,
  dy: number,
  filter: number,
  dx: number,
): void {
  if (info.strideHeight > 1 || info.strideWidth > 1) {
    runStridedInputGradient(launcher, info, dy, filter, dx);
    return;
  }
  const operands = { x: dy, filter, bias: 0, activation: Activation.none, out: dx, flipped: true };
  convolve(launcher, inputGradientJob(info), operands);
}

export function runFilterGradient(
  launcher: Launcher,
  info: backend_util.Conv2DInfo,
  x: number,
  dy: number,
  out: number,
): void {
  const job = forwardJob(info);
  if (suitsWinogradGradient(job)) {
    filterGradientByWinograd(launcher, job, x, dy, out);
    return;
  }
  const { images, outHeight, outWidth, channels, outChannels } = job;
  const depth = job.filterHeight * job.filterWidth * channels;
  const parts = partsOf(images, 4, 16);
  const padded = paddedSize(job);
  const scratchBytes = launcher.module.filterGradientScratchBytes(depth, outChannels, padded.floats);
  const bytesPerRow = (job.strideHeight * padded.width * channels + outWidth * outChannels) * 4;
  const strip = Math.max(1, Math.min(outHeight, Math.floor(cacheBytes / bytesPerRow)));
  const shares = launcher.sharesFor((images * outHeight * outWidth * outChannels * depth) / 8);
  sumOfParts(launcher, depth * outChannels, parts, scratchBytes, out, (partials, scratch) =>
    launcher.run(Kernel.filterGradient, shares, [
      ...convolutionWords(job, padded),
      ...[x, dy, partials, parts, strip, scratch, scratchBytes],
    ]),
  );
}

function convolve(launcher: Launcher, job: ConvolutionJob, operands: ConvolutionOperands): void {
  if (suitsWinograd(job)) {
    convolveByWinograd(launcher, job, operands);
    return;
  }
  const { x, filter, bias, activation, out, flipped } = operands;
  const depth = job.filterHeight * job.filterWidth * job.channels;
  const padded = paddedSize(job);
  const scratchBytes = launcher.module.convolutionScratchBytes(depth, job.outChannels, padded.floats);
  const scratch = launcher.scratch(scratchBytes * launcher.slots);
  const shares = launcher.sharesFor(
    (job.images * job.outHeight * job.outWidth * job.outChannels * depth) / 8,
  );
  launcher.run(Kernel.convolution, shares, [
    ...convolutionWords(job, padded),
    ...[x, filter, bias, activation, out, flipped ? 1 : 0, scratch, scratchBytes],
  ]);
}
