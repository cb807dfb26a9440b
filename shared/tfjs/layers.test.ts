import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { call } from "../nodes/kind.ts";
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

test("a call that no factory knows is a bug that says its name", () => {
  expect(() => trainingLayer(call("convolve"), "a", { seed: 1, step: 0 })).toThrow("convolve");
});
