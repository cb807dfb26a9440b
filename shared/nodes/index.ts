import { activation } from "./activation.ts";
import { batchNorm } from "./batch-norm.ts";
import { conv2d } from "./conv2d.ts";
import { dense } from "./dense.ts";
import { dropout } from "./dropout.ts";
import { flatten } from "./flatten.ts";
import { globalAvgPool2d, globalMaxPool2d } from "./global-pool2d.ts";
import { input } from "./input.ts";
import type { Kind } from "./kind.ts";
import { add, concat } from "./merge.ts";
import { avgPool2d, maxPool2d } from "./pool2d.ts";
import { shufflePixels } from "./shuffle-pixels.ts";

/** Every layer kind, in palette order. */
export const kinds = {
  input,
  conv2d,
  maxPool2d,
  avgPool2d,
  globalMaxPool2d,
  globalAvgPool2d,
  flatten,
  dense,
  add,
  concat,
  shufflePixels,
  activation,
  dropout,
  batchNorm,
} satisfies Record<string, Kind>;
export type KindName = keyof typeof kinds;

export const isKindName = (name: string): name is KindName => Object.hasOwn(kinds, name);
