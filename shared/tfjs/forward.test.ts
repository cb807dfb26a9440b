import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { beforeAll, describe, expect, test } from "vitest";
import type { Plan } from "../compile/plan.ts";
import { counting } from "../compile/testing/arithmetic.ts";
import { runByHand } from "../compile/testing/by-hand.ts";
import { randomStream } from "../nodes/random.ts";
import { volume } from "../nodes/shape.ts";
import { buildNetwork, type Network } from "./build.ts";
import { nodeBackends, use } from "./testing/backends.ts";
import { gradientCases } from "./testing/gradient-cases.ts";
import { weightsOf } from "./testing/gradient-check.ts";

/** What every node makes of two examples, by node id: arithmetic done by hand, value by value. */
function byHand(
  plan: Plan,
  examples: readonly (readonly number[])[],
): ReadonlyMap<string, readonly number[]> {
  const outputs = new Map<string, readonly number[]>();
  for (const example of examples)
    runByHand(plan, example, weightsOf(plan), counting(), ({ node }, output) => {
      outputs.set(node.id, [...(outputs.get(node.id) ?? []), ...output]);
    });
  return outputs;
}

function byTfjs(
  network: Network,
  input: tf.Tensor,
  training: boolean,
): ReadonlyMap<string, readonly number[]> {
  const steps = network.plan.steps.filter((it) => network.outputs.has(it.node.id));
  const model = tfl.model({
    inputs: network.model.inputs,
    outputs: steps.flatMap((it) => network.outputs.get(it.node.id) ?? []),
  });
  const outputs = tf.tidy(() => {
    const all = model.apply(input, { training }) as tf.Tensor[];
    return all.map((it) => [...it.dataSync()]);
  });
  return new Map(steps.map(({ node }, index) => [node.id, outputs[index] ?? []]));
}

/** Kinds whose behaviour in training follows chance or the batch. */
const otherInTraining = new Set(["dropout", "spatialDropout2d", "gaussianNoise", "batchNorm"]);

describe.each(nodeBackends)("on %s", (backend) => {
  beforeAll(() => use(backend));

  test.each(gradientCases.map((it) => [it.name, it] as const))(
    "every layer gives what its definition says: %s",
    (_, it) => {
      const plan = it.plan();
      const before = tf.memory().numTensors;
      const network = buildNetwork(plan, weightsOf(plan), 1);
      const next = randomStream(7);
      const shape = plan.steps[0]?.output ?? [];
      const examples = [0, 1].map(() => Array.from({ length: volume(shape) }, () => next() * 2 - 1));
      const input = tf.tensor(examples.flat(), [2, ...shape]);
      const wanted = byHand(plan, examples);
      const alike = !plan.steps.some(
        (it) => otherInTraining.has(it.node.kind) && it.values.trainable !== false,
      );
      for (const training of alike ? [false, true] : [false])
        for (const [id, values] of byTfjs(network, input, training)) {
          if (id === plan.output?.node.id && network.softmaxLeftOut) continue;
          const right = wanted.get(id) ?? [];
          expect(values.length, id).toBe(right.length);
          const apart = values.map((it, at) => Math.abs(it - (right[at] ?? Number.NaN)));
          expect(Math.max(...apart), `${id}, training ${training}`).toBeLessThan(
            2e-5 * Math.max(1, ...right),
          );
        }
      input.dispose();
      network.dispose();
      expect(tf.memory().numTensors).toBe(before);
    },
  );
});
