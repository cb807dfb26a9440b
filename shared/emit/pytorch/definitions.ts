import type { Plan } from "../../compile/plan.ts";
import type { KindName } from "../../nodes/index.ts";
import { volume } from "../../nodes/shape.ts";
import { pythonPermutation } from "../python/shuffle-pixels.ts";
import * as classes from "./classes.ts";
import { startedTypes } from "./network.ts";

/** What PyTorch lacks and this plan uses; a table's own code brings the permutation already. */
export function definitions(plan: Plan, hasPermutation: boolean): readonly (readonly string[])[] {
  const has = (...wanted: readonly KindName[]): boolean =>
    plan.steps.some(({ node }) => wanted.some((it) => it === node.kind));
  const started = startedTypes(plan);
  return [
    ...(has("separableConv2d") ? [classes.separableConv2d] : []),
    ...(has("locallyConnected2d") ? [classes.locallyConnected2d] : []),
    ...(has("shufflePixels") ? [...(hasPermutation ? [] : [pythonPermutation]), classes.shufflePixels] : []),
    ...(has("gaussianNoise") ? [classes.gaussianNoise] : []),
    ...(started.length ? [classes.glorot(started, has("separableConv2d", "depthwiseConv2d"))] : []),
  ];
}

/** Whether a batch norm learns from one value per channel and example: PyTorch refuses a batch of one there. */
export const needsPairs = ({ steps }: Plan): boolean =>
  steps.some(
    ({ node, values, output }) =>
      node.kind === "batchNorm" && values.trainable === true && volume(output) === output.at(-1),
  );
