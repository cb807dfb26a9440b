import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { randomStream } from "../nodes/random.ts";
import { measure } from "../train/metrics.ts";
import { mendGradients } from "./gradients.ts";
import { createMeter, crossEntropy, deviceMeter, hostMeter } from "./loss.ts";
import { nodeBackends, use } from "./testing/backends.ts";

const next = randomStream(3);
const rows = 7;
const logits = Float32Array.from({ length: rows * 4 }, () => (next() * 2 - 1) * 8);
const labels = Uint8Array.from({ length: rows }, (_, row) => row % 4);

test("sums agree with the metrics; the gradient is probability minus truth", () => {
  const { loss, right, gradient } = crossEntropy(logits, labels, 4);
  const { loss: mean, accuracy } = measure(logits, labels);
  expect([loss / rows, right / rows]).toEqual([expect.closeTo(mean, 10), accuracy]);
  for (let row = 0; row < rows; row++)
    expect(gradient.subarray(row * 4, row * 4 + 4).reduce((sum, it) => sum + it, 0)).toBeCloseTo(0, 6);
  const [first = 0, second = 0] = crossEntropy(Float32Array.of(Math.log(3), 0), Uint8Array.of(1), 2).gradient;
  expect([first, second]).toEqual([expect.closeTo(0.75, 6), expect.closeTo(-0.75, 6)]);
});

test("certainly wrong is expensive, and NaN stays NaN", () => {
  expect(crossEntropy(Float32Array.of(1000, 0), Uint8Array.of(1), 2).loss).toBe(1000);
  expect(crossEntropy(Float32Array.of(Number.NaN, 0), Uint8Array.of(1), 2).loss).toBeNaN();
  expect(crossEntropy(Float32Array.of(0, Number.NaN), Uint8Array.of(0), 2).loss).toBeNaN();
});

describe.each(nodeBackends)("on %s", (backend) => {
  beforeAll(async () => {
    await use(backend);
    mendGradients();
  });

  test("both meters say the same, and keep sums over batches", async () => {
    const before = tf.memory().numTensors;
    const meters = [hostMeter(), deviceMeter()];
    const found = [];
    for (const meter of meters) {
      for (let batch = 0; batch < 3; batch++) {
        const start = batch * 8;
        const part = tf.tensor2d(logits.slice(start, start + 8), [2, 4]);
        const { value, grad } = tf.valueAndGrad((it: tf.Tensor) =>
          meter.loss(it, labels.subarray(batch * 2, batch * 2 + 2)),
        )(part);
        found.push([...value.dataSync(), ...grad.dataSync()]);
        tf.dispose([part, value, grad]);
      }
    }
    for (let batch = 0; batch < 3; batch++)
      expect(found[batch]).toEqual(found[batch + 3]?.map((it) => expect.closeTo(it, 5)));
    const [host, device] = await Promise.all(meters.map((it) => it.read()));
    expect(host?.images).toBe(6);
    expect(device).toEqual({ ...host, loss: expect.closeTo(host?.loss ?? 0, 4) });
    for (const meter of meters) {
      meter.reset();
      expect(await meter.read()).toEqual({ loss: 0, right: 0, images: 0 });
      meter.dispose();
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  test("takes the meter that reads here", async () => {
    const meter = createMeter();
    tf.tidy(() => meter.loss(tf.tensor2d(logits, [rows, 4]), labels));
    expect((await meter.read()).loss).toBe(crossEntropy(logits, labels, 4).loss);
  });
});
