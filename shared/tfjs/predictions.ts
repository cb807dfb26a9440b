import * as tf from "@tensorflow/tfjs-core";
import type { Plan } from "../compile/plan.ts";
import type { Weights } from "../compile/weights.ts";
import { randomStream } from "../nodes/random.ts";
import { volume } from "../nodes/shape.ts";
import { buildNetwork } from "./build.ts";
import { forward } from "./step.ts";

/** Examples with values from 0 to 1, and what a network says to them as its users see it: after the last softmax. */
export interface Predicted {
  /** [n, height, width, channels] or [n, units]. */
  readonly examples: { readonly shape: readonly number[]; readonly values: Float32Array };
  /** [n, …]. */
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** What the plan, which must be ready, says to a few random examples: the same for plans of one input shape. */
export function predictions(plan: Plan, weights: Weights): Promise<Predicted> {
  const entrance = plan.steps.find((it) => it.kind.family === "input");
  // One pass of a network of half a billion multiply-adds is all that a person should wait for.
  const shape = [plan.totals.macs > 5e8 ? 1 : 4, ...(entrance?.output ?? [])];
  const values = Float32Array.from({ length: volume(shape) }, randomStream(1));
  return predictionsFor(plan, weights, { shape, values });
}

/** What the plan, which must be ready, says to these examples. */
export async function predictionsFor(
  plan: Plan,
  weights: Weights,
  examples: Predicted["examples"],
): Promise<Predicted> {
  const network = buildNetwork(plan, weights, 0);
  const said = tf.tidy(() => {
    const drawn = forward(network, tf.tensor(examples.values, [...examples.shape]), false);
    return network.softmaxLeftOut ? tf.softmax(drawn) : drawn;
  });
  try {
    return { examples, shape: said.shape, values: await said.data<"float32">() };
  } finally {
    said.dispose();
    network.dispose();
  }
}

/** How far the values are from ours, at most, relative where ours exceed 1; NaN where one is none. */
export const largestDifference = (ours: Float32Array, theirs: Float32Array): number =>
  ours.length === theirs.length
    ? ours.reduce(
        (most, it, index) =>
          Math.max(Math.abs(it - (theirs[index] ?? Number.NaN)) / Math.max(1, Math.abs(it)), most),
        0,
      )
    : Number.POSITIVE_INFINITY;
