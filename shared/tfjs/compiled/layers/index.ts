import type { Step } from "../../../compile/plan.ts";
import { activations } from "../../../nodes/activation-functions.ts";
import type { KindName } from "../../../nodes/index.ts";
import { sameShape } from "../../../nodes/shape.ts";
import { canActivate } from "../activation.ts";
import type { RecordLayer } from "../site.ts";
import {
  convolution,
  depthwiseConvolution,
  separableConvolution,
  transposedConvolution,
} from "./convolutions.ts";
import { dense } from "./dense.ts";
import { dropout, gaussianNoise, spatialDropout } from "./dropout.ts";
import { add } from "./merging.ts";
import { batchNorm, layerNorm } from "./normalization.ts";
import { activation, unchanged } from "./plain.ts";
import { averagePool, globalAveragePool, maxPool } from "./pooling.ts";

/** How the kinds are recorded. The input is none of them: the examples are laid there. */
export const layers: Readonly<Partial<Record<KindName, RecordLayer>>> = {
  conv2d: convolution,
  depthwiseConv2d: depthwiseConvolution,
  separableConv2d: separableConvolution,
  conv2dTranspose: transposedConvolution,
  dense,
  maxPool2d: maxPool,
  avgPool2d: averagePool,
  globalAvgPool2d: globalAveragePool,
  flatten: unchanged,
  reshape: unchanged,
  activation,
  dropout,
  spatialDropout2d: spatialDropout,
  gaussianNoise,
  batchNorm,
  layerNorm,
  add,
};

/** Whether this layer can be part of a compiled step. */
export function canRecord(step: Step, isOutput: boolean): boolean {
  const { kind, values, inputs } = step;
  if (kind.family === "input") return true;
  if (!layers[step.node.kind]) return false;
  const named = activations.find((it) => it === (values.activation ?? values.function)) ?? "linear";
  if (!canActivate(named) && !(isOutput && named === "softmax")) return false;
  return kind.family !== "merge" || inputs.every((it) => sameShape(it, inputs[0] ?? []));
}
