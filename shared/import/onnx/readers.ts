import { activations } from "./operators/activations.ts";
import { borders } from "./operators/borders.ts";
import { convolutions } from "./operators/convolution.ts";
import { dense } from "./operators/dense.ts";
import { locallyConnected } from "./operators/locally-connected.ts";
import { merging } from "./operators/merging.ts";
import { normalizations } from "./operators/normalizations.ts";
import { passing } from "./operators/passing.ts";
import { pooling } from "./operators/pooling.ts";
import { reshaping } from "./operators/reshaping.ts";
import { resizing } from "./operators/resizing.ts";
import type { Reader } from "./site.ts";

/** What can be read, by operator: ONNX's, and those that `patterns.ts` puts together. */
export const readers: ReadonlyMap<string, Reader> = new Map(
  [
    activations,
    borders,
    convolutions,
    dense,
    locallyConnected,
    merging,
    normalizations,
    passing,
    pooling,
    reshaping,
    resizing,
  ].flatMap((them) => Object.entries(them)),
);

/** Operators without a counterpart whose result has the shape of their input, so that what follows can still be read. */
export const shapeKeeping: ReadonlySet<string> = new Set([
  "Abs",
  "Ceil",
  "Celu",
  "Clip",
  "Cos",
  "Erf",
  "Exp",
  "Floor",
  "GroupNormalization",
  "Hardmax",
  "InstanceNormalization",
  "LRN",
  "Log",
  "LpNormalization",
  "MeanVarianceNormalization",
  "Mish",
  "Reciprocal",
  "Round",
  "Shrink",
  "Sign",
  "Sin",
  "Softsign",
  "Sqrt",
  "LayerNormalization",
  "BatchNormalization",
  "Softmax",
  "LogSoftmax",
]);
