import { beforeAll, describe, expect, test } from "vitest";
import type { SimdBackend } from "./backend.ts";
import { stepsOf } from "./run-copy.ts";
import {
  runGlobalAverage,
  runGlobalAverageGradient,
  runGlobalMax,
  runGlobalMaxGradient,
} from "./run-global-pool.ts";
import { type Merge, mergeWorkspace, runAffine, runMerge, runMergeGradient } from "./run-merge.ts";
import { Dice } from "./testing/agreement.ts";
import { expectClose, onEveryPool, startPools } from "./testing/arrays.ts";

let pools: readonly SimdBackend[];
beforeAll(async () => {
  pools = await startPools();
});

const sizeOf = (shape: readonly number[]) => shape.reduce((product, it) => product * it, 1);

const shapes: readonly (readonly (readonly number[])[])[] = [
  [
    [1, 1],
    [1, 1],
  ],
  [
    [3, 5],
    [3, 5],
  ],
  [[3, 1], [3, 5], [1, 5].with(0, 3)],
  [
    [2, 3, 4, 5],
    [2, 3, 4, 5],
    [2, 3, 4, 5],
  ],
  [
    [2, 3, 4, 7],
    [2, 1, 1, 7],
  ],
  [
    [2, 1, 1, 8],
    [2, 3, 4, 8],
  ],
  [
    [3, 4, 5, 1],
    [3, 4, 5, 6],
    [3, 1, 5, 6],
  ],
  // No input is as large as the result, and the axes alternate.
  [
    [2, 3, 1, 5],
    [2, 1, 4, 1],
  ],
  [
    [2, 1, 4, 1],
    [2, 3, 1, 5],
    [2, 1, 1, 1],
  ],
];
const operations = ["add", "average", "multiply", "maximum"] as const;

describe.each(operations)("%s", (operation) => {
  test.each(shapes.map((it) => ({ shapes: it })))("of $shapes, and its gradients", ({ shapes }) => {
    const shape = (shapes[0] ?? []).map((_, axis) => Math.max(...shapes.map((it) => it[axis] ?? 1)));
    const dice = new Dice(6);
    // Few different values, so that maxima are often equal.
    const inputs = shapes.map((it) => Float32Array.from({ length: sizeOf(it) }, () => dice.whole(-2, 2)));
    const dy = Float32Array.from({ length: sizeOf(shape) }, () => dice.next());
    const merge: Merge = { operation, shape, shapes };
    const [out, ...slopes] = onEveryPool(pools, (backend, arrays) => {
      const given = inputs.map((it) => arrays.put(it));
      const [result, workspace] = [arrays.empty(dy.length), arrays.empty(mergeWorkspace(merge))];
      runMerge(backend, merge, given, result, workspace);
      const results = inputs.map((it) => arrays.empty(it.length));
      runMergeGradient(backend, merge, given, result, arrays.put(dy), results, workspace);
      // What nobody wants is not written.
      const [, ...others] = inputs.map((it) => arrays.empty(it.length));
      runMergeGradient(backend, merge, given, result, arrays.put(dy), [0, ...others], workspace);
      expect(others.map((it) => arrays.get(it))).toEqual(results.slice(1).map((it) => arrays.get(it)));
      expect(
        given.map((it) => arrays.get(it)),
        "inputs stay as they are",
      ).toEqual(inputs);
      return [result, ...results].map((it) => arrays.get(it));
    });
    const expected = reference(merge, inputs, dy);
    expectClose(out ?? [], expected.out, 1e-6, "output");
    for (const [index, it] of expected.slopes.entries())
      expectClose(slopes[index] ?? [], it, 1e-6, `gradient of input ${index}`);
  });
});

function reference({ operation, shape, shapes }: Merge, inputs: readonly Float32Array[], dy: Float32Array) {
  const slopes = inputs.map((it) => new Float64Array(it.length));
  const out = Float64Array.from(dy, (slope, at) => {
    const sources = shapes.map((own) =>
      stepsOf(own).reduce((sum, step, axis) => {
        const index = Math.floor(at / (stepsOf(shape)[axis] ?? 1)) % (shape[axis] ?? 1);
        return sum + (own[axis] === 1 ? 0 : index * step);
      }, 0),
    );
    const values = inputs.map((it, index) => it[sources[index] ?? 0] ?? 0);
    const most = Math.max(...values);
    const product = (them: readonly number[]) => them.reduce((all, it) => all * it, 1);
    for (const [index, source] of sources.entries()) {
      const factor = {
        add: 1,
        average: 1 / values.length,
        multiply: product(values.toSpliced(index, 1)),
        maximum: values[index] === most ? 1 / values.filter((it) => it === most).length : 0,
      }[operation];
      const of = slopes[index];
      if (of) of[source] = (of[source] ?? 0) + slope * factor;
    }
    const sum = values.reduce((all, it) => all + it, 0);
    return { add: sum, average: sum / values.length, multiply: product(values), maximum: most }[operation];
  });
  return { out, slopes };
}

test("scaled and shifted", () => {
  const [out] = onEveryPool(pools, (backend, arrays) => {
    const result = arrays.empty(9);
    runAffine(backend, 9, 0.5, -1, arrays.put([0, 1, 2, 3, 4, 5, 6, 7, 8]), result);
    return [arrays.get(result)];
  });
  expect([...(out ?? [])]).toEqual([-1, -0.5, 0, 0.5, 1, 1.5, 2, 2.5, 3]);
});

test.each([
  [1, 1, 1],
  [3, 12, 5],
  [7, 49, 8],
  [2, 700, 3],
])("global pools of %i images with %i pixels of %i channels", (images, pixels, channels) => {
  const size = { images, pixels, channels };
  const dice = new Dice(pixels);
  const x = Float32Array.from({ length: images * pixels * channels }, () => dice.whole(-3, 3));
  const dy = Float32Array.from({ length: images * channels }, () => dice.next());
  const [mean, meanSlopes, most, mostSlopes] = onEveryPool(pools, (backend, arrays) => {
    const [input, slopes] = [arrays.put(x), arrays.put(dy)];
    const [average, largest] = [arrays.empty(dy.length), arrays.empty(dy.length)];
    const [byAverage, byLargest] = [arrays.empty(x.length), arrays.empty(x.length)];
    runGlobalAverage(backend, size, input, average);
    runGlobalAverageGradient(backend, size, slopes, byAverage);
    runGlobalMax(backend, size, input, largest);
    runGlobalMaxGradient(backend, size, input, largest, slopes, byLargest);
    return [average, byAverage, largest, byLargest].map((it) => arrays.get(it));
  });
  const columnOf = (to: number) =>
    Array.from({ length: pixels }, (_, pixel) => {
      const image = Math.floor(to / channels);
      return (image * pixels + pixel) * channels + (to % channels);
    });
  const [sums, winners] = [new Float64Array(dy.length), new Float64Array(x.length)];
  const highest = dy.map((slope, to) => {
    const column = columnOf(to);
    const value = Math.max(...column.map((it) => x[it] ?? 0));
    const among = column.filter((it) => x[it] === value);
    for (const it of among) winners[it] = slope / among.length;
    sums[to] = column.reduce((sum, it) => sum + (x[it] ?? 0), 0) / pixels;
    return value;
  });
  expectClose(mean ?? [], sums, 1e-6, "mean");
  expectClose(
    meanSlopes ?? [],
    x.map((_, from) => {
      const image = Math.floor(from / pixels / channels);
      return (dy[image * channels + (from % channels)] ?? 0) / pixels;
    }),
    1e-6,
    "gradient of the mean",
  );
  expect(most).toEqual(highest);
  expectClose(mostSlopes ?? [], winners, 1e-6, "gradient of the largest");
});
