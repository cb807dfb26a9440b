// 3×3 and 5×5 convolutions by Winograd's transforms; see kernels/winograd.ts.

import type { ConvolutionJob, ConvolutionOperands } from "./convolution-job.ts";
import { Kernel } from "./kernels/protocol.ts";
import type { Launcher } from "./launcher.ts";
import { partsOf, sumOfParts } from "./parts.ts";

/** Whether Winograd's transforms pay for a convolution: they are a price for each channel, the products they save for each pair. */
export const suitsWinograd = (job: ConvolutionJob): boolean =>
  canTransform(job) &&
  job.channels >= 8 &&
  // A 5×5 filter saves less: 36 products instead of 100.
  (job.filterHeight === 3 || job.channels * job.outChannels >= 128);

/** Whether they pay for a filter's gradient, whose sums over all tiles are transformed back only once. */
export const suitsWinogradGradient = (job: ConvolutionJob): boolean =>
  canTransform(job) && (job.filterHeight === 3 || job.channels >= 8);

/** The kernels take whole vectors of channels and whole panels of filters, windows side by side, and tiles of 6×6. */
function canTransform(job: ConvolutionJob): boolean {
  const { strideHeight, strideWidth, dilationHeight, dilationWidth } = job;
  const plain = [strideHeight, strideWidth, dilationHeight, dilationWidth];
  return (
    (job.filterHeight === 3 || job.filterHeight === 5) &&
    job.filterWidth === job.filterHeight &&
    plain.every((it) => it === 1) &&
    job.channels % 4 === 0 &&
    job.outChannels % 8 === 0 &&
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
  const shares = launcher.sharesFor(images * outHeight * outWidth * outChannels * channels);
  const group = groupSize(job, shares);
  const transformedBytes = launcher.module.winogradFilterBytes(channels, outChannels);
  const scratchBytes = Math.max(
    launcher.module.winogradFilterScratchBytes(),
    launcher.module.winogradScratchBytes(outHeight, outWidth, channels, outChannels, group, outTileOf(job)),
  );
  const transformed = launcher.scratch(transformedBytes + scratchBytes * launcher.slots);
  const scratch = transformed + transformedBytes;
  launcher.run(Kernel.winogradFilter, shares, [
    ...[channels, outChannels, filter, transformed, flipped ? 1 : 0, outTileOf(job), scratch, scratchBytes],
  ]);
  launcher.run(Kernel.winogradConvolution, shares, [
    ...words(job, group),
    ...[x, transformed, bias, activation, out, scratch, scratchBytes],
  ]);
}

/** out [side, side, channels, outChannels]; all by address. */
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
    outTileOf(job),
  );
  const shares = launcher.sharesFor(images * outHeight * outWidth * outChannels * channels);
  sumOfParts(
    launcher,
    job.filterHeight ** 2 * channels * outChannels,
    parts,
    scratchBytes,
    out,
    (partials, scratch) =>
      launcher.run(Kernel.winogradFilterGradient, shares, [
        ...words(job, group),
        ...[x, dy, partials, parts, scratch, scratchBytes],
      ]),
  );
}

/** Side of an output tile; those of the input are 6×6. */
const outTileOf = (job: ConvolutionJob): number => 7 - job.filterHeight;

/** Images transformed together: enough for 32 tiles, so that the products have rows to work on. */
function groupSize(job: ConvolutionJob, shares: number): number {
  const outTile = outTileOf(job);
  const tiles = Math.ceil(job.outHeight / outTile) * Math.ceil(job.outWidth / outTile);
  return Math.max(1, Math.min(Math.ceil(job.images / shares), Math.ceil(32 / tiles)));
}

/** In the order of WinogradShape in kernels/winograd.ts. */
function words(job: ConvolutionJob, group: number): readonly number[] {
  return [
    ...[job.images, job.height, job.width, job.channels, job.outHeight, job.outWidth, job.outChannels],
    ...[job.padTop, job.padLeft, group, outTileOf(job)],
  ];
}
