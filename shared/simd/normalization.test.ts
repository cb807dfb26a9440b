import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import type { SimdBackend } from "./backend.ts";
import { Dice, expectAgreement, startBackend } from "./testing/agreement.ts";

describe.each([1, 2])("batch normalisation on %i threads agrees with tfjs", (threads) => {
  let backend: SimdBackend;
  beforeAll(async () => {
    backend = await startBackend(threads);
  });

  test.each([1, 3, 4, 10, 16])("of %i channels, with and without scale and offset", async (channels) => {
    const dice = new Dice(channels);
    const variance = dice.input([channels]);
    const inputs = [
      dice.input([3, 4, 5, channels]),
      dice.input([channels]),
      { ...variance, values: variance.values.map((it) => it + 1.1) },
      dice.input([channels]),
      dice.input([channels]),
    ];
    await expectAgreement(backend, inputs, (x, mean, variance, offset, scale) =>
      tf
        .engine()
        .runKernel<tf.Tensor>(
          "FusedBatchNorm",
          { x, mean, variance, offset, scale },
          { varianceEpsilon: 1e-3 },
        ),
    );
    await expectAgreement(backend, inputs, (x, mean, variance) =>
      tf.engine().runKernel<tf.Tensor>("FusedBatchNorm", { x, mean, variance }, { varianceEpsilon: 1e-3 }),
    );
  });

  test("and its gradients do as well", async () => {
    const dice = new Dice(6);
    const inputs = [dice.input([3, 4, 4, 5]), dice.input([5]), dice.input([5]), dice.input([3, 4, 4, 5])];
    await expectAgreement(backend, inputs, (x, offset, scale, weight) => {
      const loss = (x: tf.Tensor, offset: tf.Tensor, scale: tf.Tensor): tf.Tensor => {
        const { mean, variance } = tf.moments(x, [0, 1, 2]);
        const normal = tf.batchNorm(
          x,
          tf.reshape<tf.Rank.R1>(mean, [5]),
          tf.reshape<tf.Rank.R1>(variance, [5]),
          tf.reshape<tf.Rank.R1>(offset, [5]),
          tf.reshape<tf.Rank.R1>(scale, [5]),
          1e-3,
        );
        return tf.sum(tf.mul(normal, weight));
      };
      return tf.grads(loss)([x, offset, scale]);
    });
  });

  test("repeating a tensor, whole or in part", async () => {
    await tf.setBackend("simd");
    const vector = tf.tensor([1, 2, 3], [1, 1, 3]);
    expect(Array.from(tf.tile(vector, [2, 2, 1]).dataSync())).toEqual([1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3]);
    expect(Array.from(tf.tile(vector, [1, 1, 2]).dataSync())).toEqual([1, 2, 3, 1, 2, 3]);
    expect(Array.from(tf.tile(tf.tensor([1, 2], [2, 1]), [1, 2]).dataSync())).toEqual([1, 1, 2, 2]);
    expect(Array.from(tf.tile(tf.tensor([1, 2]), [3]).dataSync())).toEqual([1, 2, 1, 2, 1, 2]);
  });
});
