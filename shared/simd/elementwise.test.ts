import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, test } from "vitest";
import type { SimdBackend } from "./backend.ts";
import { Dice, expectAgreement, type Input, startBackend } from "./testing/agreement.ts";

const binaries = ["Add", "Sub", "Multiply", "RealDiv", "Maximum", "Minimum", "SquaredDifference"];
const unaries = [
  "Relu",
  "Relu6",
  "Neg",
  "Abs",
  "Square",
  "Sqrt",
  "Rsqrt",
  "Exp",
  "Log",
  "Sigmoid",
  "Tanh",
  "Elu",
  "Selu",
  "Softplus",
];

const shapes: readonly (readonly [number[], number[]])[] = [
  [[1], [1]],
  [[7], [7]],
  [
    [3, 5, 4, 6],
    [3, 5, 4, 6],
  ],
  [[3, 5, 4, 6], [6]],
  [[10], [4, 10]],
  [[3, 5], []],
  [[], [33]],
  [
    [4, 9],
    [4, 1],
  ],
  [
    [4, 1],
    [4, 11],
  ],
  [
    [5, 1],
    [1, 6],
  ],
  [
    [2, 3, 4, 5],
    [2, 1, 1, 5],
  ],
  [
    [2, 1, 1, 5],
    [2, 3, 4, 5],
  ],
  [
    [3, 1, 1],
    [3, 4, 2],
  ],
  [
    [2, 3, 1],
    [1, 3, 4],
  ],
];

const special = [
  ...[
    0, -0, 1, -1, 0.1, -0.6, 0.7, 5.9, 6.1, 20, -20, 88.7, 89.5, -87, -104, 200, -200, 1e-8, -1e-8, 1e-40,
    3e38,
  ],
  ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
];

describe.each([1, 2])("elementwise operations on %i threads agree with tfjs", (threads) => {
  let backend: SimdBackend;
  beforeAll(async () => {
    backend = await startBackend(threads);
  });

  test.each(binaries)("%s with every kind of broadcast", async (name) => {
    const dice = new Dice(1);
    for (const [a, b] of shapes)
      await expectAgreement(backend, [dice.input(a), awayFromZero(dice.input(b))], binary(name));
  });

  test("a broadcast over four alternating axes is left to tfjs", async () => {
    const dice = new Dice(2);
    const inputs = [dice.input([2, 1, 3, 1]), dice.input([1, 4, 1, 5])];
    await expectAgreement(backend, inputs, binary("Add"), { fallsBack: true });
  });

  test.each(binaries)("%s of NaN and infinity", async (name) => {
    const a = special.flatMap((it) => special.map(() => it));
    const b = special.flatMap(() => special);
    await expectAgreement(
      backend,
      [
        { shape: [a.length], values: a },
        { shape: [b.length], values: b },
      ],
      binary(name),
      { special: true },
    );
  });

  test.each(unaries)("%s of any length", async (name) => {
    const dice = new Dice(3);
    for (const length of [1, 2, 3, 4, 5, 31, 200]) {
      const x = dice.input([length]);
      const input = ["Sqrt", "Rsqrt", "Log"].includes(name)
        ? { ...x, values: x.values.map((it) => Math.abs(it) * 5 + 1e-3) }
        : { ...x, values: x.values.map((it) => it * 8) };
      await expectAgreement(backend, [input], unary(name));
    }
  });

  test.each(unaries)("%s of extreme values, NaN and infinity", async (name) => {
    for (const value of special)
      await expectAgreement(backend, [{ shape: [2], values: [value, value] }], unary(name), {
        special: true,
      });
  });

  test("Step with a slope", async () => {
    await expectAgreement(
      backend,
      [{ shape: [special.length], values: special }],
      (x) => tf.engine().runKernel<tf.Tensor>("Step", { x }, { alpha: 0.25 }),
      { special: true },
    );
  });

  test("the gradient of relu, also of second order", async () => {
    const dice = new Dice(4);
    const inputs = [dice.input([3, 7]), dice.input([3, 7])];
    await expectAgreement(backend, inputs, (x, dy) => tf.grad((it) => tf.relu(it))(x, dy));
    await expectAgreement(backend, inputs, (x, weight) => {
      const loss = (it: tf.Tensor): tf.Tensor => tf.sum(tf.mul(tf.relu(it), tf.mul(weight, tf.square(it))));
      return tf.grad((it) => tf.sum(tf.grad(loss)(it)))(x);
    });
  });

  test("integers become floats", async () => {
    await expectAgreement(backend, [{ shape: [3], values: [1, -2, 7] }], (x) =>
      tf.add(tf.cast(tf.cast(x, "int32"), "float32"), 0.5),
    );
  });
});

const binary = (name: string) => (a: tf.Tensor, b: tf.Tensor) =>
  tf.engine().runKernel<tf.Tensor>(name, { a, b });
const unary = (name: string) => (x: tf.Tensor) => tf.engine().runKernel<tf.Tensor>(name, { x });

/** Quotients by tiny numbers would only compare roundings. */
function awayFromZero(input: Input): Input {
  return { ...input, values: input.values.map((it) => it + Math.sign(it) * 0.5) };
}
