import * as tf from "@tensorflow/tfjs-core";
import { afterEach, expect, test } from "vitest";
import { buildSimd } from "../../build/simd.ts";
import type { SimdBackend } from "./backend.ts";
import { batchNormByBatch } from "./fused-normalization.ts";
import { registerSimd } from "./node.ts";
import { createOptimizer } from "./optimizers.ts";
import "./testing/agreement.ts";

let started: SimdBackend | undefined;
afterEach(() => started?.dispose());

async function start(mostMebibytes: number): Promise<SimdBackend> {
  await buildSimd();
  started = await registerSimd({ threads: 2, relaxed: false, mostMebibytes });
  await tf.setBackend("simd");
  return started;
}

/** A small net with a convolution, batch norm and a pool, and a step of its training. */
function createTraining(backend: SimdBackend, channels: number) {
  const filter = tf.variable(tf.fill([3, 3, 1, channels], 0.1));
  const [gamma, beta] = [tf.variable(tf.ones([channels])), tf.variable(tf.zeros([channels]))];
  const weights = tf.variable(tf.fill([9 * channels, 2], 0.01));
  const optimizer = createOptimizer({ name: "adam", rate: 1e-3 });
  const step = (images: number, side: number): number =>
    tf.tidy(() => {
      const x = tf.reshape(tf.sin(tf.range(0, images * side * side)), [images, side, side, 1]);
      const loss = (): tf.Scalar => {
        const maps = tf.relu(tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, "same"));
        const { out } = batchNormByBatch(backend, maps, gamma, beta, 1e-3);
        const pooled = tf.maxPool(out as tf.Tensor4D, Math.floor(side / 3), Math.floor(side / 3), "valid");
        return tf.mean(tf.square(tf.matMul(tf.reshape(pooled, [images, -1]), weights)));
      };
      const value = optimizer?.minimize(loss, true);
      return value?.dataSync()[0] ?? Number.NaN;
    });
  return { filter, step };
}

test("memory stays flat over 10,000 steps", async () => {
  const backend = await start(64);
  const { step } = createTraining(backend, 3);
  const state = () => ({
    tensors: tf.memory().numTensors,
    live: backend.heap.liveBytes,
    peak: backend.heap.peakBytes,
  });
  for (let i = 0; i < 100; i++) step(2, 6);
  const early = state();
  for (let i = 0; i < 9900; i++) step(2, 6);
  expect(state()).toEqual(early);
  expect(step(2, 6)).toBeGreaterThan(0);
}, 120_000);

test("out of memory is said in words, and the weights are as good as before", async () => {
  const backend = await start(48);
  const { filter, step } = createTraining(backend, 16);
  expect(step(4, 12)).toBeGreaterThan(0);
  const before = filter.dataSync<"float32">();
  const live = backend.heap.liveBytes;
  expect(() => step(512, 96)).toThrow(
    /^The network needs more memory than the CPU backend can have: \d+ MiB asked for, \d+ MiB in use, 48 MiB at most\. Train with a smaller batch/,
  );
  expect(filter.dataSync<"float32">()).toEqual(before);
  expect(backend.heap.liveBytes, "what the step had taken is free again").toBe(live);
  expect(step(4, 12)).toBeGreaterThan(0);
});
