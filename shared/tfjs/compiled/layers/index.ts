import type { KindName } from "../../../nodes/index.ts";
import type { RecordLayer } from "../site.ts";
import {
  convolution,
  depthwiseConvolution,
  separableConvolution,
  transposedConvolution,
} from "./convolutions.ts";
import { dense } from "./dense.ts";
import { dropout, gaussianNoise, spatialDropout } from "./dropout.ts";
import { locallyConnected } from "./locally-connected.ts";
import { concat, joined } from "./merging.ts";
import { batchNorm, layerNorm } from "./normalization.ts";
import { activation, rescale, unchanged } from "./plain.ts";
import { averagePool, globalAveragePool, globalMaxPool, maxPool } from "./pooling.ts";
import { crop, shufflePixels, upsample, zeroPad } from "./reshaping.ts";

/** How each kind is recorded. The input is none of them: the examples are laid there. */
export const layers: Readonly<Record<Exclude<KindName, "input">, RecordLayer>> = {
  conv2d: convolution,
  locallyConnected2d: locallyConnected,
  depthwiseConv2d: depthwiseConvolution,
  separableConv2d: separableConvolution,
  conv2dTranspose: transposedConvolution,
  maxPool2d: maxPool,
  avgPool2d: averagePool,
  globalMaxPool2d: globalMaxPool,
  globalAvgPool2d: globalAveragePool,
  flatten: unchanged,
  dense,
  add: joined("add"),
  average: joined("average"),
  multiply: joined("multiply"),
  maximum: joined("maximum"),
  concat,
  upsample2d: upsample,
  zeroPad2d: zeroPad,
  crop2d: crop,
  reshape: unchanged,
  rescale,
  shufflePixels,
  activation,
  dropout,
  spatialDropout2d: spatialDropout,
  gaussianNoise,
  batchNorm,
  layerNorm,
};
