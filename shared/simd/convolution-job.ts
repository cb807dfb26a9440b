import type { backend_util } from "@tensorflow/tfjs-core";
import type { Activation } from "./kernels/protocol.ts";

/** A convolution as the kernels see it: the input gradient is one as well, of the output's gradient. */
export interface ConvolutionJob {
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
}

/** Addresses of float32 arrays: images [batch, height, width, channels], filters [height, width, in, out]. */
export interface ConvolutionOperands {
  readonly x: number;
  readonly filter: number;
  /** 0 for none. */
  readonly bias: number;
  readonly activation: Activation;
  readonly out: number;
  /** The filter is turned by 180° and its channels are exchanged, as the input gradient needs it. */
  readonly flipped: boolean;
}

export function forwardJob(info: backend_util.Conv2DInfo): ConvolutionJob {
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
  };
}

/** The convolution of the output's gradient that gives the input's, where the stride is 1. */
export function inputGradientJob(info: backend_util.Conv2DInfo): ConvolutionJob {
  return {
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
    dilationHeight: info.dilationHeight,
    dilationWidth: info.dilationWidth,
    padTop: (info.filterHeight - 1) * info.dilationHeight - info.padInfo.top,
    padLeft: (info.filterWidth - 1) * info.dilationWidth - info.padInfo.left,
  };
}

/** A 1×1 convolution without stride and padding is a plain product. */
export function isPointwise(job: ConvolutionJob): boolean {
  const ones = [job.filterHeight, job.filterWidth, job.strideHeight, job.strideWidth];
  return (
    ones.every((it) => it === 1) &&
    job.padTop === 0 &&
    job.padLeft === 0 &&
    job.outHeight === job.height &&
    job.outWidth === job.width
  );
}

export interface Padded {
  readonly height: number;
  readonly width: number;
  readonly needed: boolean;
  /** Of the copy, 0 where none is needed. */
  readonly floats: number;
}

/** The part of the input that the windows cover, padding included. */
export function paddedSize(job: ConvolutionJob): Padded {
  const height = (job.outHeight - 1) * job.strideHeight + (job.filterHeight - 1) * job.dilationHeight + 1;
  const width = (job.outWidth - 1) * job.strideWidth + (job.filterWidth - 1) * job.dilationWidth + 1;
  const moved = job.padTop !== 0 || job.padLeft !== 0;
  const needed = moved || height > job.height || width !== job.width;
  return { height, width, needed, floats: needed ? height * width * job.channels : 0 };
}

/** In the order of ConvolutionShape in kernels/image.ts. */
export function convolutionWords(job: ConvolutionJob, padded: Padded): readonly number[] {
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
    ...[job.padTop, job.padLeft],
    ...[padded.height, padded.width, padded.needed ? 1 : 0],
  ];
}
