// Which kernel computes a convolution or one of its gradients, and with what arguments. Everything is given by
// addresses of float32 arrays: images [batch, height, width, channels], filters [height, width, in, out].

import type { backend_util } from "@tensorflow/tfjs-core";
import { floatBits, type SimdBackend } from "./backend.ts";
import { Activation, Kernel } from "./kernels/protocol.ts";
import { matrix, runProduct } from "./matmul.ts";

type Geometry = backend_util.Conv2DInfo;

/** A convolution as the kernels see it: the input gradient is one as well, of the output's gradient. */
interface Job {
  readonly images: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly outChannels: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly filterHeight: number;
  readonly filterWidth: number;
  readonly dilationHeight: number;
  readonly dilationWidth: number;
  readonly padTop: number;
  readonly padLeft: number;
  /** Distance of the input's pixels, zeros between them. */
  readonly spreadHeight: number;
  readonly spreadWidth: number;
}

/** bias 0 means none. */
export function runConvolution(
  backend: SimdBackend,
  info: Geometry,
  x: number,
  filter: number,
  bias: number,
  activation: Activation,
  out: number,
): void {
  const job = forward(info);
  if (isPointwise(job)) {
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
  } else convolve(backend, job, x, filter, bias, activation, out, false);
}

export function runInputGradient(
  backend: SimdBackend,
  info: Geometry,
  dy: number,
  filter: number,
  dx: number,
): void {
  const job: Job = {
    images: info.batchSize,
    height: info.outHeight,
    width: info.outWidth,
    channels: info.outChannels,
    outHeight: info.inHeight,
    outWidth: info.inWidth,
    outChannels: info.inChannels,
    strideHeight: 1,
    strideWidth: 1,
    filterHeight: info.filterHeight,
    filterWidth: info.filterWidth,
    dilationHeight: 1,
    dilationWidth: 1,
    padTop: info.filterHeight - 1 - info.padInfo.top,
    padLeft: info.filterWidth - 1 - info.padInfo.left,
    spreadHeight: info.strideHeight,
    spreadWidth: info.strideWidth,
  };
  convolve(backend, job, dy, filter, 0, Activation.none, dx, true);
}

export function runFilterGradient(
  backend: SimdBackend,
  info: Geometry,
  x: number,
  dy: number,
  out: number,
): void {
  const job = forward(info);
  const { images, outHeight, outWidth, channels, outChannels, strideHeight } = job;
  const depth = job.filterHeight * job.filterWidth * channels;
  const work = images * outHeight * outWidth * outChannels;
  if (suitsWinograd(job)) {
    // Each part ends with transforms of its own, so parts are fewer than below.
    const parts = partsOf(images, 8, 8);
    const group = winogradGroup(job, parts);
    const scratchBytes = backend.module.winogradFilterGradientScratchBytes(
      outHeight,
      outWidth,
      channels,
      outChannels,
      group,
    );
    sumOfParts(backend, depth * outChannels, parts, scratchBytes, out, (partials, scratch) =>
      backend.run(Kernel.winogradFilterGradient, backend.threadsFor(work * channels), [
        ...winogradWords(job, group),
        ...[x, dy, partials, parts, scratch, scratchBytes],
      ]),
    );
    return;
  }
  const parts = partsOf(images, 4, 16);
  const padded = paddedSize(job);
  const scratchBytes = backend.module.filterGradientScratchBytes(depth, outChannels, padded.floats);
  // Rows of input and gradient that are read together should fit in the first-level cache.
  const bytesPerRow = (strideHeight * padded.width * channels + outWidth * outChannels) * 4;
  const strip = Math.max(1, Math.min(outHeight, Math.floor(24576 / bytesPerRow)));
  sumOfParts(backend, depth * outChannels, parts, scratchBytes, out, (partials, scratch) =>
    backend.run(Kernel.filterGradient, backend.threadsFor((work * depth) / 8), [
      ...words(job, padded),
      ...[x, dy, partials, parts, strip, scratch, scratchBytes],
    ]),
  );
}

function convolve(
  backend: SimdBackend,
  job: Job,
  x: number,
  filter: number,
  bias: number,
  activation: Activation,
  out: number,
  flipped: boolean,
): void {
  if (suitsWinograd(job)) {
    convolveByWinograd(backend, job, x, filter, bias, activation, out, flipped);
    return;
  }
  const depth = job.filterHeight * job.filterWidth * job.channels;
  const padded = paddedSize(job);
  const scratchBytes = backend.module.convolutionScratchBytes(depth, job.outChannels, padded.floats);
  const scratch = backend.scratch(scratchBytes * backend.threads);
  const threads = backend.threadsFor(
    (job.images * job.outHeight * job.outWidth * job.outChannels * depth) / 8,
  );
  backend.run(Kernel.convolution, threads, [
    ...words(job, padded),
    ...[x, filter, bias, activation, out, flipped ? 1 : 0, scratch, scratchBytes],
  ]);
}

function convolveByWinograd(
  backend: SimdBackend,
  job: Job,
  x: number,
  filter: number,
  bias: number,
  activation: Activation,
  out: number,
  flipped: boolean,
): void {
  const { images, channels, outHeight, outWidth, outChannels } = job;
  const group = winogradGroup(job, backend.threads);
  const transformedBytes = 36 * channels * outChannels * 4;
  const scratchBytes = Math.max(
    backend.module.winogradFilterScratchBytes(),
    backend.module.winogradScratchBytes(outHeight, outWidth, channels, outChannels, group),
  );
  const transformed = backend.scratch(transformedBytes + scratchBytes * backend.threads);
  const scratch = transformed + transformedBytes;
  const threads = backend.threadsFor(images * outHeight * outWidth * outChannels * channels);
  backend.run(Kernel.winogradFilter, threads, [
    ...[channels, outChannels, filter, transformed, flipped ? 1 : 0, scratch, scratchBytes],
  ]);
  backend.run(Kernel.winogradConvolution, threads, [
    ...winogradWords(job, group),
    ...[x, transformed, bias, activation, out, scratch, scratchBytes],
  ]);
}

/** Runs a kernel that leaves partial sums of `count` floats, and adds them into `out`. */
function sumOfParts(
  backend: SimdBackend,
  count: number,
  parts: number,
  scratchBytes: number,
  out: number,
  run: (partials: number, scratch: number) => void,
): void {
  const scratch = backend.scratch(scratchBytes * backend.threads + (parts > 1 ? parts * count * 4 : 0));
  const partials = parts > 1 ? scratch + scratchBytes * backend.threads : out;
  run(partials, scratch);
  if (parts > 1)
    backend.run(Kernel.sumParts, backend.threadsFor((parts * count) / 4), [
      count,
      partials,
      parts,
      out,
      floatBits(1),
    ]);
}

/** Into how many parts a batch is split so that threads can share it; never a matter of how many threads there are. */
function partsOf(images: number, imagesPerPart: number, most: number): number {
  return Math.max(1, Math.min(most, Math.floor(images / imagesPerPart)));
}

/**
 * Winograd pays from 16 channels on, where its transforms are small beside the products. Its kernels take whole panels
 * of eight channels.
 */
function suitsWinograd(job: Job): boolean {
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

/** Images transformed together: enough for 32 tiles, so that the products have rows to work on. */
function winogradGroup(job: Job, shares: number): number {
  const tiles = Math.ceil(job.outHeight / 4) * Math.ceil(job.outWidth / 4);
  return Math.max(1, Math.min(Math.ceil(job.images / shares), Math.ceil(32 / tiles)));
}

function isPointwise(job: Job): boolean {
  const ones = [job.filterHeight, job.filterWidth, job.strideHeight, job.strideWidth];
  return (
    ones.every((it) => it === 1) &&
    job.padTop === 0 &&
    job.padLeft === 0 &&
    job.outHeight === job.height &&
    job.outWidth === job.width
  );
}

function forward(info: Geometry): Job {
  return {
    images: info.batchSize,
    height: info.inHeight,
    width: info.inWidth,
    channels: info.inChannels,
    outHeight: info.outHeight,
    outWidth: info.outWidth,
    outChannels: info.outChannels,
    strideHeight: info.strideHeight,
    strideWidth: info.strideWidth,
    filterHeight: info.filterHeight,
    filterWidth: info.filterWidth,
    dilationHeight: info.dilationHeight,
    dilationWidth: info.dilationWidth,
    padTop: info.padInfo.top,
    padLeft: info.padInfo.left,
    spreadHeight: 1,
    spreadWidth: 1,
  };
}

interface Padded {
  readonly height: number;
  readonly width: number;
  readonly needed: boolean;
  /** Of the copy, 0 where none is needed. */
  readonly floats: number;
}

/** The part of the input that the windows cover, padding included. */
function paddedSize(job: Job): Padded {
  const height = (job.outHeight - 1) * job.strideHeight + (job.filterHeight - 1) * job.dilationHeight + 1;
  const width = (job.outWidth - 1) * job.strideWidth + (job.filterWidth - 1) * job.dilationWidth + 1;
  const moved = job.padTop !== 0 || job.padLeft !== 0 || job.spreadHeight > 1 || job.spreadWidth > 1;
  const needed = moved || height > job.height || width !== job.width;
  return { height, width, needed, floats: needed ? height * width * job.channels : 0 };
}

/** In the order of ConvolutionShape in kernels/image.ts. */
function words(job: Job, padded: Padded): readonly number[] {
  return [
    ...[job.images, job.height, job.width, job.channels, job.outHeight, job.outWidth, job.outChannels],
    ...[
      job.strideHeight,
      job.strideWidth,
      job.filterHeight,
      job.filterWidth,
      job.dilationHeight,
      job.dilationWidth,
    ],
    ...[job.padTop, job.padLeft, job.spreadHeight, job.spreadWidth],
    ...[padded.height, padded.width, padded.needed ? 1 : 0],
  ];
}

/** In the order of WinogradShape in kernels/winograd.ts. */
function winogradWords(job: Job, group: number): readonly number[] {
  return [
    ...[job.images, job.height, job.width, job.channels, job.outHeight, job.outWidth, job.outChannels],
    ...[job.padTop, job.padLeft, group],
  ];
}
