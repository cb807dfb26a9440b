import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { call } from "../nodes/kind.ts";
import { randomStream } from "../nodes/random.ts";
import { fillMask } from "./layers/random-fill.ts";
import { type Moment, trainingLayer } from "./layers.ts";
import { nodeBackends, use } from "./testing/backends.ts";

/** Which of 4,000 ones a dropout layer keeps. */
function mask(name: string, moment: Moment, training = true): readonly number[] {
  const layer = trainingLayer(call("dropout", { rate: 0.25 }), name, moment);
  return tf.tidy(() => {
    const out = layer.apply(tf.ones([4, 1000]), { training });
    if (!(out instanceof tf.Tensor)) throw new Error("no tensor");
    return [...out.dataSync()];
  });
}

test("dropout masks follow seed, layer and step, on every backend alike", async () => {
  const masks = [];
  for (const backend of nodeBackends) {
    await use(backend);
    masks.push(mask("a", { seed: 1, step: 1 }));
  }
  const [first = [], second] = masks;
  expect(second).toEqual(first);
  expect(mask("a", { seed: 1, step: 1 })).toEqual(first);
  for (const other of [
    mask("a", { seed: 1, step: 2 }),
    mask("a", { seed: 2, step: 1 }),
    mask("b", { seed: 1, step: 1 }),
  ]) {
    // Independent masks of rate ¼ agree in ⅝ of the places.
    const same = other.filter((it, at) => it === first[at]).length / other.length;
    expect(same).toBeGreaterThan(0.58);
    expect(same).toBeLessThan(0.67);
  }
});

test("dropout keeps three quarters, scaled so that the mean stays; outside training it does nothing", () => {
  const values = mask("a", { seed: 1, step: 1 });
  expect(new Set(values)).toEqual(new Set([0, Math.fround(4 / 3)]));
  expect(values.filter((it) => it === 0).length / values.length).toBeCloseTo(0.25, 1);
  expect(new Set(mask("a", { seed: 1, step: 1 }, false))).toEqual(new Set([1]));
});

test("masks follow the random stream of the core", () => {
  const next = randomStream(77);
  const mask = new Float32Array(1000);
  fillMask(mask, 0.25, 77);
  expect([...mask]).toEqual(Array.from(mask, () => (next() < 0.25 ? 0 : Math.fround(4 / 3))));
});

test("batch norm normalises by the batch and moves its averages as Keras does", async () => {
  for (const backend of nodeBackends) {
    await use(backend);
    const layer = trainingLayer(
      call("batchNormalization", { momentum: 0.9, epsilon: 0.001, trainable: true }),
      "a",
      { seed: 1, step: 1 },
    );
    // Channel 0 holds 1, 3: mean 2, variance 1. Channel 1 holds 0, 8: mean 4, variance 16.
    const batch = tf.tensor2d([1, 0, 3, 8], [2, 2]);
    const out = layer.apply(batch, { training: true });
    if (!(out instanceof tf.Tensor)) throw new Error("no tensor");
    const [first, second] = [1 / Math.sqrt(1.001), 4 / Math.sqrt(16.001)];
    expect([...out.dataSync()]).toEqual([-first, -second, first, second].map((it) => expect.closeTo(it, 5)));
    const averages = layer.weights.slice(2).map((it) => [...it.read().dataSync()]);
    expect(averages).toEqual([
      [expect.closeTo(0.2, 6), expect.closeTo(0.4, 6)],
      [expect.closeTo(1, 6), expect.closeTo(2.5, 6)],
    ]);
  }
});

test("a call that no factory knows is a bug that says its name", () => {
  expect(() => trainingLayer(call("convolve"), "a", { seed: 1, step: 0 })).toThrow("convolve");
});
