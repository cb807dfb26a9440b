import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import type { SimdBackend } from "./backend.ts";
import { Dice, expectAgreement, startBackend } from "./testing/agreement.ts";

interface Case {
  readonly images: [number, number, number, number];
  readonly filterSize: [number, number];
  readonly strides: [number, number];
  readonly pad: "same" | "valid";
}

const nasty: readonly (readonly [string, Case])[] = [
  ["halving", { images: [3, 8, 6, 8], filterSize: [2, 2], strides: [2, 2], pad: "valid" }],
  ["halving odd sizes", { images: [2, 7, 5, 4], filterSize: [2, 2], strides: [2, 2], pad: "valid" }],
  [
    "halving odd sizes with padding",
    { images: [2, 7, 5, 4], filterSize: [2, 2], strides: [2, 2], pad: "same" },
  ],
  [
    "channels no multiple of four",
    { images: [2, 6, 6, 3], filterSize: [2, 2], strides: [2, 2], pad: "valid" },
  ],
  ["overlapping windows", { images: [2, 6, 7, 5], filterSize: [3, 3], strides: [1, 2], pad: "same" }],
  [
    "stride larger than the window",
    { images: [1, 9, 9, 6], filterSize: [2, 1], strides: [3, 4], pad: "valid" },
  ],
  ["one window", { images: [1, 5, 4, 7], filterSize: [5, 4], strides: [1, 1], pad: "valid" }],
];

const identity: Case = { images: [2, 3, 3, 2], filterSize: [1, 1], strides: [1, 1], pad: "same" };

describe.each([1, 2])("pooling on %i threads agrees with tfjs", (threads) => {
  let backend: SimdBackend;
  beforeAll(async () => {
    backend = await startBackend(threads);
  });

  test.each(nasty)("%s", async (_, it) => checkAll(backend, new Dice(1), it));

  test("random shapes", async () => {
    const dice = new Dice(2);
    for (let i = 0; i < 40; i++) {
      const size = dice.whole(2, 4);
      await checkAll(backend, dice, {
        images: [dice.whole(1, 4), dice.whole(size, 13), dice.whole(size, 13), dice.whole(1, 9)],
        filterSize: [size, dice.whole(1, size)],
        strides: [dice.whole(1, 4), dice.whole(1, 4)],
        pad: dice.pick(["same", "valid"]),
      });
    }
  });

  test("a 1×1 window is the identity", async () => {
    const x = new Dice(3).input(identity.images);
    await expectAgreement(backend, [x], (x) => run("MaxPool", { x }, identity), { fallsBack: true });
  });

  test("of equal values the first gets the gradient", async () => {
    const dice = new Dice(4);
    for (const channels of [4, 3]) {
      const x = dice.input([2, 6, 6, channels]);
      const equal = { ...x, values: x.values.map((it) => Math.max(0, Math.round(it))) };
      const it: Case = { images: [2, 6, 6, channels], filterSize: [2, 2], strides: [2, 2], pad: "valid" };
      await expectAgreement(backend, [dice.input([2, 3, 3, channels]), equal], (dy, input) =>
        run("MaxPoolGrad", { dy, input }, it),
      );
    }
  });

  test("negative values win where there are no others", async () => {
    const x = new Dice(5).input([1, 4, 4, 4]);
    const negative = { ...x, values: x.values.map((it) => it - 2) };
    const it: Case = { images: [1, 4, 4, 4], filterSize: [3, 3], strides: [1, 1], pad: "same" };
    await expectAgreement(backend, [negative], (x) => run("MaxPool", { x }, it));
    await expectAgreement(backend, [x, negative], (dy, input) => run("MaxPoolGrad", { dy, input }, it));
  });

  test("infinity wins, and NaN wins over it, where tfjs's never does", async () => {
    const [no, high, low] = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    await tf.setBackend("simd");
    for (const channels of [1, 4]) {
      const values = [no, 1, high, 2, low, low, 3, 4, no, high, low, low];
      const x = tf.tensor(
        values.flatMap((it) => Array<number>(channels).fill(it)),
        [1, 2, 6, channels],
      );
      const it: Case = { images: [1, 2, 6, channels], filterSize: [2, 2], strides: [2, 2], pad: "valid" };
      const out = Array.from(run("MaxPool", { x }, it).dataSync());
      expect(out.filter((_, at) => at % channels === channels - 1)).toEqual([no, no, low]);
      const dy = tf.tensor(
        [1, 2, 3].flatMap((it) => Array<number>(channels).fill(it)),
        [1, 1, 3, channels],
      );
      const slopes = Array.from(run("MaxPoolGrad", { dy, input: x }, it).dataSync());
      // To the first of those that are the largest or NaN.
      expect(slopes.filter((_, at) => at % channels === channels - 1)).toEqual([
        ...[1, 0, 2, 0, 3, 0],
        ...[0, 0, 0, 0, 0, 0],
      ]);
    }
  });
});

async function checkAll(backend: SimdBackend, dice: Dice, it: Case): Promise<void> {
  const { outShape } = tf.backend_util.computePool2DInfo(it.images, it.filterSize, it.strides, 1, it.pad);
  const x = dice.input(it.images);
  const dy = dice.input(outShape);
  for (const name of ["MaxPool", "AvgPool"]) await expectAgreement(backend, [x], (x) => run(name, { x }, it));
  for (const name of ["MaxPoolGrad", "AvgPoolGrad"])
    await expectAgreement(backend, [dy, x], (dy, input) => run(name, { dy, input }, it));
}

function run(name: string, inputs: tf.NamedTensorMap, { filterSize, strides, pad }: Case): tf.Tensor {
  return tf.engine().runKernel(name, inputs, { filterSize, strides, pad });
}
