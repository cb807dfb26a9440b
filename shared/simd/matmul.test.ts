import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, test } from "vitest";
import type { SimdBackend } from "./backend.ts";
import { Dice, expectAgreement, startBackend } from "./testing/agreement.ts";

describe.each([1, 2])("products on %i threads agree with tfjs", (threads) => {
  let backend: SimdBackend;
  beforeAll(async () => {
    backend = await startBackend(threads);
  });

  test("any shape, transposed or not", async () => {
    const dice = new Dice(1);
    for (let i = 0; i < 60; i++) {
      const [rows, columns, depth] = [dice.whole(1, 40), dice.whole(1, 40), dice.whole(1, 70)];
      const [turnA, turnB] = [dice.next() < 0.5, dice.next() < 0.5];
      const a = dice.input(turnA ? [depth, rows] : [rows, depth]);
      const b = dice.input(turnB ? [columns, depth] : [depth, columns]);
      await expectAgreement(backend, [a, b], (x, y) => tf.matMul(x, y, turnA, turnB));
    }
  });

  test("batches, one of them repeated", async () => {
    const dice = new Dice(2);
    for (const [aBatch, bBatch] of [
      [3, 3],
      [3, 1],
      [1, 2],
    ] as const) {
      const inputs = [dice.input([aBatch, 7, 5]), dice.input([bBatch, 5, 9])];
      await expectAgreement(backend, inputs, (x, y) => tf.matMul(x, y));
    }
  });

  test.each(["linear", "relu", "relu6"] as const)("bias and %s in one kernel", async (activation) => {
    const dice = new Dice(3);
    for (const columns of [1, 7, 8, 9, 24]) {
      const inputs = [dice.input([5, 11]), dice.input([11, columns]), dice.input([columns])];
      await expectAgreement(backend, inputs, (x, y, bias) =>
        tf.fused.matMul({ a: x, b: y, bias, activation }),
      );
    }
  });

  test("an activation that is not ours", async () => {
    const dice = new Dice(4);
    const inputs = [dice.input([5, 11]), dice.input([11, 6]), dice.input([6])];
    await expectAgreement(
      backend,
      inputs,
      (x, y, bias) => tf.fused.matMul({ a: x, b: y, bias, activation: "elu" }),
      { fallsBack: true },
    );
  });

  test("NaN and infinity reach the same elements", async () => {
    const a = { shape: [2, 3], values: [1, Number.NaN, 3, 4, Number.POSITIVE_INFINITY, 6] };
    const b = { shape: [3, 2], values: [1, 2, 3, 4, 5, 6] };
    await expectAgreement(backend, [a, b], (x, y) => tf.matMul(x, y), { special: true });
  });
});
