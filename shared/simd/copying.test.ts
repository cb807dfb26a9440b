import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { copyingKernels } from "./copying.ts";
import { Dice, startBackend } from "./testing/agreement.ts";

beforeAll(() => startBackend(1));

/** The same on tfjs's cpu backend and on ours, to the last bit; ours must not have left it to the cpu's kernel. */
async function expectSame(name: string, compute: () => tf.Tensor | tf.Tensor[]): Promise<void> {
  const kernel = copyingKernels.find((it) => it.name === name);
  if (!kernel) throw new Error(`${name} is no kernel of ours`);
  const run = vi.spyOn(kernel, "run");
  const results: unknown[] = [];
  for (const backend of ["cpu", "simd"]) {
    await tf.setBackend(backend);
    results.push(tf.tidy(() => [compute()].flat().map((it) => [it.shape, [...it.dataSync()]])));
  }
  expect(results[1]).toEqual(results[0]);
  const answers = run.mock.results.map((it) => it.value);
  expect(answers.length, name).toBeGreaterThan(0);
  expect(answers, name).not.toContain(undefined);
  run.mockRestore();
}

const shapeOf = (dice: Dice, rank: number): number[] => Array.from({ length: rank }, () => dice.whole(1, 6));
const filled = (shape: number[]): tf.Tensor =>
  tf.tensor(
    Array.from({ length: shape.reduce((all, it) => all * it, 1) }, (_, at) => at + 1),
    shape,
  );

describe("kernels that move numbers do it as tfjs's cpu kernels", () => {
  const dice = new Dice(3);
  const cases = Array.from({ length: 60 }, (_, index) => index);

  test("slices", async () => {
    for (const index of cases) {
      const shape = shapeOf(dice, 1 + (index % 4));
      const begin = shape.map((it) => dice.whole(0, it - 1));
      const size = shape.map((it, axis) => (dice.whole(0, 3) ? dice.whole(1, it - (begin[axis] ?? 0)) : -1));
      await expectSame("Slice", () => tf.slice(filled(shape), begin, size));
    }
    await expectSame("Slice", () => tf.slice(filled([40, 3, 60]), [2, 1], [5]));
    expect(() => tf.slice(filled([3]), [2], [2])).toThrow("begin[0] + size[0]");
  });

  test("paddings", async () => {
    for (const index of cases) {
      const shape = shapeOf(dice, 1 + (index % 4));
      const paddings = shape.map((): [number, number] => [dice.whole(0, 3), dice.whole(0, 3)]);
      await expectSame("PadV2", () => tf.pad(filled(shape), paddings, index % 3));
    }
  });

  test("concatenations and the splits of their gradients", async () => {
    for (const index of cases) {
      const shape = shapeOf(dice, 1 + (index % 4));
      const axis = dice.whole(0, shape.length - 1);
      const shapes = [1, 2, 3].map(() => shape.map((it, at) => (at === axis ? dice.whole(1, 5) : it)));
      const lengths = shapes.map((it) => it[axis] ?? 0);
      await expectSame("Concat", () => tf.concat(shapes.map(filled), axis));
      await expectSame("SplitV", () =>
        tf.split(
          filled(shape.map((it, at) => (at === axis ? lengths.reduce((all, one) => all + one, 0) : it))),
          lengths,
          axis,
        ),
      );
    }
  });

  test("transpositions", async () => {
    for (const index of cases) {
      const shape = shapeOf(dice, 2 + (index % 4));
      const order = shape.map((_, axis) => axis).toSorted(() => dice.next() - 0.5);
      await expectSame("Transpose", () => tf.transpose(filled(shape), order));
    }
    await expectSame("Transpose", () => tf.transpose(filled([3, 50, 60]), [1, 0, 2]));
  });

  test("gathers", async () => {
    for (const index of cases) {
      const shape = shapeOf(dice, 1 + (index % 4));
      const axis = dice.whole(0, shape.length - 1);
      const places = Array.from({ length: dice.whole(1, 7) }, () => dice.whole(0, (shape[axis] ?? 1) - 1));
      await expectSame("GatherV2", () => tf.gather(filled(shape), tf.tensor1d(places, "int32"), axis));
    }
    await tf.setBackend("simd");
    expect(() => tf.gather(filled([3]), tf.tensor1d([3], "int32")).dataSync()).toThrow();
  });
});

test("other types and empty tensors are left to the cpu's kernels", async () => {
  await tf.setBackend("simd");
  expect(copyingKernels.length).toBe(6);
  tf.tidy(() => {
    expect([...tf.slice(tf.tensor1d([1, 2, 3], "int32"), [1], [2]).dataSync()]).toEqual([2, 3]);
    expect(tf.slice(tf.tensor1d([1, 2, 3]), [1], [0]).shape).toEqual([0]);
    expect(tf.concat([tf.tensor1d([]), tf.tensor1d([1])]).shape).toEqual([1]);
    expect([...tf.gather(tf.tensor1d([true, false], "bool"), tf.tensor1d([1], "int32")).dataSync()]).toEqual([
      0,
    ]);
  });
});

test("tensors that do not fit together are refused and not written over others", async () => {
  await tf.setBackend("simd");
  const [one, other] = [filled([2, 2]), filled([1, 2])];
  expect(() => tf.concat([one, other], 1)).toThrow(/shape/);
  expect(Array.from(tf.concat([one, other], 0).dataSync())).toEqual([1, 2, 3, 4, 1, 2]);
});
