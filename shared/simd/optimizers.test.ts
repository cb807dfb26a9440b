import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import type { SimdBackend } from "./backend.ts";
import { createOptimizer, type OptimizerSettings } from "./optimizers.ts";
import { Dice, startBackend } from "./testing/agreement.ts";

const rate = 0.01;
const pairs: readonly (readonly [OptimizerSettings, () => tf.Optimizer])[] = [
  [{ name: "sgd", rate }, () => tf.train.sgd(rate)],
  [{ name: "momentum", rate }, () => tf.train.momentum(rate, 0.9)],
  [{ name: "rmsprop", rate }, () => tf.train.rmsprop(rate, 0.9, 0, 1e-7)],
  [{ name: "rmsprop", rate, decay: 0.8, momentum: 0.5 }, () => tf.train.rmsprop(rate, 0.8, 0.5, 1e-7)],
  [{ name: "adam", rate }, () => tf.train.adam(rate, 0.9, 0.999, 1e-7)],
  [
    { name: "adam", rate, beta1: 0.8, beta2: 0.99, epsilon: 1e-4 },
    () => tf.train.adam(rate, 0.8, 0.99, 1e-4),
  ],
];

describe.each([1, 2])("optimizers on %i threads", (threads) => {
  let backend: SimdBackend;
  beforeAll(async () => {
    backend = await startBackend(threads);
  });

  test.each(pairs)("%j steps as tfjs's own", async (settings, create) => {
    for (const shape of [[1], [7], [3, 5], [4, 16]]) {
      const start = new Dice(1).input(shape).values;
      const expected = await weightsAfter(12, "cpu", shape, start, create);
      const actual = await weightsAfter(12, "simd", shape, start, () => present(createOptimizer(settings)));
      for (const [i, value] of expected.entries()) expect(actual[i]).toBeCloseTo(value, 5);
      expect(actual).not.toEqual(start);
    }
  });

  test("a clone keeps the old weights", async () => {
    await tf.setBackend("simd");
    const variable = tf.variable(tf.tensor([1, 2, 3]));
    const clone = variable.clone();
    const read = variable.dataSync();
    apply(present(createOptimizer({ name: "sgd", rate: 1 })), variable, tf.tensor([1, 1, 1]));
    expect(Array.from(variable.dataSync())).toEqual([0, 1, 2]);
    expect(Array.from(clone.dataSync())).toEqual([1, 2, 3]);
    expect(Array.from(read)).toEqual([1, 2, 3]);
  });

  test("a gradient that is the variable itself", async () => {
    await tf.setBackend("simd");
    const variable = tf.variable(tf.tensor([1, 2, 3]));
    apply(present(createOptimizer({ name: "sgd", rate: 0.5 })), variable, variable.clone());
    expect(Array.from(variable.dataSync())).toEqual([0.5, 1, 1.5]);
  });

  test("averages fade to 0, not to denormals", async () => {
    await tf.setBackend("simd");
    const optimizer = present(createOptimizer({ name: "momentum", rate: 1, momentum: 0.1 }));
    const variable = tf.variable(tf.tensor([0, 0, 0, 0]));
    apply(optimizer, variable, tf.tensor([1e-28, 1e-28, 1e-28, 1e-28]));
    // Without flushing each of the next steps would still move the weights.
    for (let i = 0; i < 3; i++) apply(optimizer, variable, tf.zeros([4]));
    const settled = Array.from(variable.dataSync());
    for (let i = 0; i < 3; i++) apply(optimizer, variable, tf.zeros([4]));
    expect(Array.from(variable.dataSync())).toEqual(settled);
    expect(settled[0]).toBeLessThan(0);
  });

  test("disposing gives the memory back", async () => {
    await tf.setBackend("simd");
    // In a tidy: while the initial tensor lives, the variable shares its memory and is given its own at the first step.
    const variable = tf.tidy(() => tf.variable(tf.zeros([100])));
    const gradient = tf.ones([100]);
    backend.address(variable);
    backend.address(gradient);
    const before = { tensors: tf.memory().numTensors, bytes: backend.heap.liveBytes };
    const optimizer = present(createOptimizer({ name: "adam", rate }));
    apply(optimizer, variable, gradient);
    expect(tf.memory().numTensors).toBe(before.tensors + 2);
    optimizer.dispose();
    expect({ tensors: tf.memory().numTensors, bytes: backend.heap.liveBytes }).toEqual(before);
  });

  test("on another backend there are none", async () => {
    await tf.setBackend("cpu");
    expect(createOptimizer({ name: "sgd", rate })).toBeUndefined();
  });
});

async function weightsAfter(
  steps: number,
  name: string,
  shape: readonly number[],
  start: readonly number[],
  create: () => tf.Optimizer,
): Promise<number[]> {
  await tf.setBackend(name);
  const dice = new Dice(2);
  const variable = tf.variable(tf.tensor([...start], [...shape]));
  const optimizer = create();
  for (let i = 0; i < steps; i++) {
    const { values } = dice.input(shape);
    apply(optimizer, variable, tf.tensor([...values], [...shape]));
  }
  const weights = Array.from(variable.dataSync());
  optimizer.dispose();
  variable.dispose();
  return weights;
}

function apply(optimizer: tf.Optimizer, variable: tf.Variable, gradient: tf.Tensor): void {
  optimizer.applyGradients({ [variable.name]: gradient });
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("no optimizer on this backend");
  return value;
}
