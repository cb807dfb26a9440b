import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, test } from "vitest";
import type { SimdBackend } from "./backend.ts";
import { Dice, expectAgreement, startBackend } from "./testing/agreement.ts";

describe.each([1, 2])("sums on %i threads agree with tfjs", (threads) => {
  let backend: SimdBackend;
  beforeAll(async () => {
    backend = await startBackend(threads);
  });

  test.each([[[0]], [[1]], [[2]], [[3]], [[0, 1]], [[1, 2]], [[0, 1, 2]], [[1, 2, 3]], [[0, 1, 2, 3]]])(
    "over the axes %j",
    async (axes) => {
      const dice = new Dice(1);
      for (const shape of [
        [1, 1, 1, 1],
        [2, 3, 5, 7],
        [3, 4, 1, 8],
        [1, 6, 5, 13],
      ]) {
        const x = dice.input(shape);
        await expectAgreement(backend, [x], (x) => tf.sum(x, axes));
        await expectAgreement(backend, [x], (x) => tf.mean(x, axes, true));
      }
    },
  );

  test("of columns long enough to be summed in parts", async () => {
    const dice = new Dice(2);
    for (const columns of [1, 3, 8, 10]) {
      const x = dice.input([4, 700, columns]);
      await expectAgreement(backend, [x], (x) => tf.sum(x, [0, 1]));
      await expectAgreement(backend, [x], (x) => tf.mean(x, [0, 1]));
    }
  });

  test("over axes that are no neighbours is left to tfjs", async () => {
    const x = new Dice(3).input([2, 3, 4]);
    await expectAgreement(
      backend,
      [x],
      (x) => tf.engine().runKernel<tf.Tensor>("Sum", { x }, { axis: [0, 2], keepDims: false }),
      {
        fallsBack: true,
      },
    );
  });

  test("of NaN and infinity", async () => {
    const x = { shape: [2, 3], values: [1, Number.NaN, 3, Number.POSITIVE_INFINITY, 5, 6] };
    await expectAgreement(backend, [x], (x) => tf.sum(x, 0), { special: true });
    await expectAgreement(backend, [x], (x) => tf.sum(x, 1), { special: true });
  });

  test("softmax, also of huge numbers", async () => {
    const dice = new Dice(4);
    const x = dice.input([5, 10]);
    const huge = { ...x, values: x.values.map((it) => it * 1000) };
    // Negating first brings the values into the heap: softmax itself runs in JavaScript.
    for (const logits of [x, huge]) await expectAgreement(backend, [logits], (x) => tf.softmax(tf.neg(x)));
  });
});
