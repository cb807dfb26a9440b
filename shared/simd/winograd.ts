// 3×3 convolutions by Winograd's transforms; see kernels/winograd.ts.

import type { ConvolutionJob, ConvolutionOperands } from "./convolution-job.ts";
import { Kernel } from "./kernels/protocol.ts";
import type { Launcher } from "./launcher.ts";
import { partsOf, sumOfParts } from "./parts.ts";

/** Elements of a 6×6 input tile, each of which belongs to a plane of its own. */
const planes = 36;

/**
 * Winograd pays from 16 channels on, where its transforms are small beside the products. Its kernels take whole panels
 * of eight channels.
 */
export function suitsWinograd(job: ConvolutionJob): boolean {
  const { channels, outChannels } = job;
  const plain = [
    job.strideHeight,
    job.strideWidth,
    job.dilationHeight,
    job.dilationWidth,
    job.spreadHeight,
    job.spreadWidth,
  ];
  return (
    job.filterHeight === 3 &&
    job.filterWidth === 3 &&
    plain.every((it) => it === 1) &&
    [channels, outChannels].every((it) => it >= 16 && it % 8 === 0) &&
    job.outHeight >= 4 &&
    job.outWidth >= 4
  );
}

export function convolveByWinograd(
  launcher: Launcher,
  job: ConvolutionJob,
  operands: ConvolutionOperands,
): void {
  const { images, channels, outHeight, outWidth, outChannels } = job;
  const { x, filter, bias, activation, out, flipped } = operands;
  const group = groupSize(job, launcher.threads);
  const transformedBytes = planes * channels * outChannels * 4;
  const scratchBytes = Math.max(
    launcher.module.winogradFilterScratchBytes(),
    launcher.module.winogradScratchBytes(outHeight, outWidth, channels, outChannels, group),
  );
  const transformed = launcher.scratch(transformedBytes + scratchBytes * launcher.threads);
  const scratch = transformed + transformedBytes;
  const threads = launcher.threadsFor(images * outHeight * outWidth * outChannels * channels);
  launcher.run(Kernel.winogradFilter, threads, [
    ...[channels, outChannels, filter, transformed, flipped ? 1 : 0, scratch, scratchBytes],
  ]);
  launcher.run(Kernel.winogradConvolution, threads, [
    ...words(job, group),
    ...[x, transformed, bias, activation, out, scratch, scratchBytes],
  ]);
}

/** out [3, 3, channels, outChannels]; all by address. */
export function filterGradientByWinograd(
  launcher: Launcher,
  job: ConvolutionJob,
  x: number,
  dy: number,
  out: number,
): void {
  const { images, channels, outHeight, outWidth, outChannels } = job;
  // Each part ends with transforms of its own, so there are fewer than of a plain filter gradient.
  const parts = partsOf(images, 8, 8);
  const group = groupSize(job, parts);
  const scratchBytes = launcher.module.winogradFilterGradientScratchBytes(
    outHeight,
    outWidth,
    channels,
    outChannels,
    group,
  );
  const threads = launcher.threadsFor(images * outHeight * outWidth * outChannels * channels);
  sumOfParts(launcher, 9 * channels * outChannels, parts, scratchBytes, out, (partials, scratch) =>
    launcher.run(Kernel.winogradFilterGradient, threads, [
      ...words(job, group),
      ...[x, dy, partials, parts, scratch, scratchBytes],
    ]),
  );
}

/** Images transformed together: enough for 32 tiles, so that the products have rows to work on. */
function groupSize(job: ConvolutionJob, shares: number): number {
  const tiles = Math.ceil(job.outHeight / 4) * Math.ceil(job.outWidth / 4);
  return Math.max(1, Math.min(Math.ceil(job.images / shares), Math.ceil(32 / tiles)));
}

/** In the order of WinogradShape in kernels/winograd.ts. */
function words(job: ConvolutionJob, group: number): readonly number[] {
  return [
    ...[job.images, job.height, job.width, job.channels, job.outHeight, job.outWidth, job.outChannels],
    ...[job.padTop, job.padLeft, group],
  ];
}
