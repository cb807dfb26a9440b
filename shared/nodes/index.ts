import { activation } from "./activation.ts";
import { crop2d, zeroPad2d } from "./border2d.ts";
import { conv2d } from "./conv2d.ts";
import { conv2dTranspose } from "./conv2d-transpose.ts";
import { dense } from "./dense.ts";
import { depthwiseConv2d, separableConv2d } from "./depthwise-conv2d.ts";
import { dropout, gaussianNoise, spatialDropout2d } from "./dropout.ts";
import { flatten } from "./flatten.ts";
import { globalAvgPool2d, globalMaxPool2d } from "./global-pool2d.ts";
import { input } from "./input.ts";
import type { Kind } from "./kind.ts";
import { locallyConnected2d } from "./locally-connected2d.ts";
import { add, average, concat, maximum, multiply } from "./merge.ts";
import { batchNorm, layerNorm } from "./normalization.ts";
import { avgPool2d, maxPool2d } from "./pool2d.ts";
import { rescale } from "./rescale.ts";
import { reshape } from "./reshape.ts";
import { shufflePixels } from "./shuffle-pixels.ts";
import { upsample2d } from "./upsample2d.ts";

/** Every layer kind, in palette order. */
export const kinds = {
  input,
  conv2d,
  locallyConnected2d,
  depthwiseConv2d,
  separableConv2d,
  conv2dTranspose,
  maxPool2d,
  avgPool2d,
  globalMaxPool2d,
  globalAvgPool2d,
  flatten,
  dense,
  add,
  average,
  multiply,
  maximum,
  concat,
  upsample2d,
  zeroPad2d,
  crop2d,
  reshape,
  rescale,
  shufflePixels,
  activation,
  dropout,
  spatialDropout2d,
  gaussianNoise,
  batchNorm,
  layerNorm,
} satisfies Record<string, Kind>;
export type KindName = keyof typeof kinds;

export const isKindName = (name: string): name is KindName => Object.hasOwn(kinds, name);
