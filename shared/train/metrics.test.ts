import { expect, test } from "vitest";
import {
  andMeasured,
  confusionOf,
  meanOf,
  measure,
  mergeConfusion,
  nothingMeasured,
  softmax,
  strongest,
} from "./metrics.ts";

const logOf = (...probabilities: number[]): Float32Array => Float32Array.from(probabilities, Math.log);

test("loss by hand: −log of the probability of the true class", () => {
  expect(measure(logOf(0.9, 0.1), Uint8Array.of(0)).loss).toBeCloseTo(0.10536, 5);
  expect(measure(logOf(0.9, 0.1), Uint8Array.of(1)).loss).toBeCloseTo(Math.log(10), 5);
  // (−log 0.7 − log 0.2) / 2 = (0.356675 + 1.609438) / 2
  expect(measure(logOf(0.7, 0.2, 0.1, 0.5, 0.3, 0.2), Uint8Array.of(0, 2)).loss).toBeCloseTo(0.983056, 5);
});

test("a net that knows nothing about ten classes loses log 10 = 2.302585", () => {
  expect(measure(new Float32Array(20), Uint8Array.of(3, 9)).loss).toBeCloseTo(Math.log(10), 6);
});

test("adding a number to all logits of a row changes nothing, however large", () => {
  const at = (shift: number): number =>
    measure(Float32Array.of(shift + 2, shift - 1, shift), Uint8Array.of(1)).loss;
  expect(at(1024)).toBeCloseTo(at(0), 5);
  expect(at(-1024)).toBeCloseTo(at(0), 5);
});

test("surely wrong is a large finite loss, not infinity", () => {
  expect(measure(Float32Array.of(1000, -1000), Uint8Array.of(1)).loss).toBe(2000);
  expect(measure(Float32Array.of(1000, -1000), Uint8Array.of(0)).loss).toBe(0);
  expect(measure(Float32Array.of(3e38, -3e38), Uint8Array.of(1)).loss).toBeCloseTo(6e38, -34);
});

test("divergence shows: NaN and infinite logits never give a finite loss", () => {
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY])
    for (const label of [0, 1])
      expect(measure(Float32Array.of(bad, 0), Uint8Array.of(label)).loss).not.toBeLessThan(1e300);
});

test("accuracy counts the largest logit, the first of equals", () => {
  const rows = Float32Array.of(0, 1, 0, 5, 5, 5, -3, -2, -1, 1, 0, 0);
  expect(measure(rows, Uint8Array.of(1, 0, 2, 2)).accuracy).toBe(0.75);
  expect(strongest(Float32Array.of(2, 2, 1))).toBe(0);
});

test("no examples measure nothing", () => {
  expect(measure(new Float32Array(0), new Uint8Array(0))).toEqual({ loss: 0, accuracy: 0 });
  expect(meanOf(nothingMeasured)).toEqual({ loss: 0, accuracy: 0 });
});

test("softmax sums to one and survives large logits", () => {
  expect([...softmax(logOf(0.25, 0.75))].map((it) => it.toFixed(6))).toEqual(["0.250000", "0.750000"]);
  expect([...softmax(Float32Array.of(1e4, 1e4))]).toEqual([0.5, 0.5]);
  expect([...softmax(Float32Array.of(-1e4, 1e4))]).toEqual([0, 1]);
});

test("confusion: rows are true classes, columns what the net said", () => {
  const rows = Float32Array.of(9, 0, 0, 0, 9, 0, 0, 0, 9, 9, 0, 0);
  const first = confusionOf(rows, Uint8Array.of(0, 0, 2, 1), 3);
  expect([...first.counts]).toEqual([1, 1, 0, 1, 0, 0, 0, 0, 1]);
  expect([...mergeConfusion(first, first).counts]).toEqual([2, 2, 0, 2, 0, 0, 0, 0, 2]);
});

test("a running mean weighs batches by their examples", () => {
  const epoch = [
    { examples: 64, loss: 1, accuracy: 0.5 },
    { examples: 16, loss: 2, accuracy: 1 },
  ].reduce((running, it) => andMeasured(running, it.examples, it), nothingMeasured);
  expect(meanOf(epoch)).toEqual({ loss: 1.2, accuracy: 0.6 });
});
