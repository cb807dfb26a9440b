import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { arbitraryGraph } from "../compile/arbitrary-graphs.ts";
import { compile } from "../compile/compile.ts";
import type { Plan } from "../compile/plan.ts";
import { counting, tracing } from "../compile/testing/arithmetic.ts";
import { runByHand } from "../compile/testing/by-hand.ts";
import { arbitraryWindows } from "../compile/testing/window-graphs.ts";
import { initialWeights, type Weights } from "../compile/weights.ts";
import { isImage, volume } from "../nodes/shape.ts";
import { buildNetwork } from "./build.ts";

/*
 * The receptive fields that the compiler tells are proved against an interpreter of ours (compile/receptive-field.test.ts).
 * Here that interpreter is held against tfjs: its numbers, and the pixels on which it says a value depends.
 */
beforeAll(async () => {
  await tf.setBackend("cpu");
});

test("layers done by hand give tfjs's numbers", () => {
  let compared = 0;
  fc.assert(
    fc.property(arbitraryGraph({ sound: true }), (graph) => {
      const plan = compile(graph);
      if (!plan.ready || plan.totals.macs > 50_000 || plan.steps.some((it) => volume(it.output) > 3000))
        return;
      const weights = initialWeights(plan, 1);
      const example = Array.from({ length: volume(shapeIn(plan)) }, (_, at) => ((at * 7) % 11) / 11);
      const network = buildNetwork(plan, weights, 1);
      const given = tf.tensor(example, [1, ...shapeIn(plan)]);
      const result = tf.tidy(() => network.model.apply(given, { training: false }) as tf.Tensor);
      const theirs = [...result.dataSync()];
      let ours: readonly number[] = [];
      runByHand(plan, example, weights, counting(), (_, output) => {
        ours = output;
      });
      if (network.softmaxLeftOut) ours = [];
      for (const [at, it] of ours.entries())
        expect(Math.abs(it - (theirs[at] ?? Number.NaN))).toBeLessThan(1e-3 * Math.max(1, Math.abs(it)));
      if (ours.length) compared++;
      tf.dispose([given, result]);
      network.dispose();
    }),
    { numRuns: 250, seed: 41 },
  );
  expect(compared).toBeGreaterThan(60);
});

test("a value depends on the pixels where the gradient of a network of ones is not zero", () => {
  let compared = 0;
  fc.assert(
    fc.property(arbitraryNetwork, fc.nat(1_000_000), (graph, pick) => {
      const plan = compile(graph);
      const { output } = plan;
      // The gradient of a maximum goes one way only.
      if (!plan.ready || !output || plan.steps.some((it) => it.kind.name === "maximum")) return;
      if (!isImage(output.output) || volume(output.output) > 800) return;
      const at = pick % volume(output.output);
      const pixels = volume(shapeIn(plan));
      let traced = 0n;
      const bits = Array.from({ length: pixels }, (_, pixel) => 1n << BigInt(pixel));
      runByHand(plan, bits, {}, tracing(pixels), (step, values) => {
        if (step === output) traced = values[at] ?? 0n;
      });
      const gradient = gradientOf(plan, at);
      expect(gradient.map((it) => it !== 0)).toEqual(
        gradient.map((_, pixel) => ((traced >> BigInt(pixel)) & 1n) === 1n),
      );
      compared++;
    }),
    { numRuns: 120, seed: 42 },
  );
  expect(compared).toBeGreaterThan(20);
});

const arbitraryNetwork = fc.constantFrom("chain" as const, "branches" as const).chain(arbitraryWindows);
const shapeIn = (plan: Plan) => plan.steps[0]?.output ?? expect.unreachable();

/** How value `at` of the output changes with each pixel of an image of ones, all weights being one. */
function gradientOf(plan: Plan, at: number): readonly number[] {
  const ones: Weights = Object.fromEntries(
    plan.steps.flatMap(({ node, weights }) =>
      weights.length ? [[node.id, weights.map((it) => new Float32Array(volume(it.shape)).fill(1))]] : [],
    ),
  );
  const network = buildNetwork(plan, ones, 1);
  const change = tf.tidy(() =>
    tf.grad((image) => {
      const output = network.model.apply(image, { training: true }) as tf.Tensor;
      return tf.sum(tf.slice(tf.reshape(output, [-1]), [at], [1]));
    })(tf.ones([1, ...shapeIn(plan)])),
  );
  const values = [...change.dataSync()];
  change.dispose();
  network.dispose();
  return values;
}
