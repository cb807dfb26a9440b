import { beforeAll, expect, test } from "vitest";
import type { SimdBackend } from "./backend.ts";
import { runCrossEntropy, runSoftmax, runSoftmaxGradient } from "./run-softmax.ts";
import { Dice } from "./testing/agreement.ts";
import { expectClose, onEveryPool, startPools } from "./testing/arrays.ts";

let pools: readonly SimdBackend[];
beforeAll(async () => {
  pools = await startPools();
});

const sizes = [
  [1, 1],
  [1, 2],
  [3, 10],
  [7, 3],
  [64, 10],
  [5, 1001],
] as const;

const drawn = (length: number, seed: number, wide: number): Float32Array => {
  const dice = new Dice(seed);
  return Float32Array.from({ length }, () => (dice.next() * 2 - 1) * wide);
};

function softmaxOf(x: Float32Array, columns: number): Float64Array {
  const out = new Float64Array(x.length);
  for (let start = 0; start < x.length; start += columns) {
    const row = x.subarray(start, start + columns);
    const most = Math.max(...row);
    const powers = Array.from(row, (it) => Math.exp(it - most));
    const sum = powers.reduce((total, it) => total + it, 0);
    for (const [at, it] of powers.entries()) out[start + at] = it / sum;
  }
  return out;
}

test.each(sizes)("softmax of %i rows of %i and its gradient", (rows, columns) => {
  const [x, dy] = [drawn(rows * columns, 3, 20), drawn(rows * columns, 4, 1)];
  const [y, dx] = onEveryPool(pools, (backend, arrays) => {
    const [out, slopes] = [arrays.empty(x.length), arrays.empty(x.length)];
    runSoftmax(backend, rows, columns, arrays.put(x), out);
    runSoftmaxGradient(backend, rows, columns, out, arrays.put(dy), slopes);
    return [arrays.get(out), arrays.get(slopes)];
  });
  const expected = softmaxOf(x, columns);
  expectClose(y ?? [], expected, 1e-6, "softmax");
  const slopes = expected.map((it, at) => {
    const start = at - (at % columns);
    let along = 0;
    for (let c = start; c < start + columns; c++) along += (expected[c] ?? 0) * (dy[c] ?? 0);
    return it * ((dy[at] ?? 0) - along);
  });
  expectClose(dx ?? [], slopes, 1e-6, "gradient");
});

test.each(sizes)("loss, hits and gradient of %i rows of %i logits", (rows, columns) => {
  const logits = drawn(rows * columns, 5, 30);
  const labels = Int32Array.from({ length: rows }, (_, row) => (row * 7) % columns);
  const [found = new Float32Array(), gradient, alone] = onEveryPool(pools, (backend, arrays) => {
    const [results, slopes, lone] = [
      arrays.empty(rows * 2),
      arrays.empty(logits.length),
      arrays.empty(rows * 2),
    ];
    const given = {
      rows,
      columns,
      logits: arrays.put(logits),
      labels: arrays.put(new Float32Array(labels.buffer)),
    };
    runCrossEntropy(backend, { ...given, found: results, gradient: slopes });
    runCrossEntropy(backend, { ...given, found: lone, gradient: 0 });
    return [arrays.get(results), arrays.get(slopes), arrays.get(lone)];
  });
  const probabilities = softmaxOf(logits, columns);
  for (let row = 0; row < rows; row++) {
    const own = logits.subarray(row * columns, (row + 1) * columns);
    const most = Math.max(...own);
    const sum = own.reduce((total, it) => total + Math.exp(it - most), 0);
    expect(found[2 * row]).toBeCloseTo(Math.log(sum) + most - (own[labels[row] ?? 0] ?? 0), 4);
    expect(found[2 * row + 1]).toBe(own.indexOf(most) === labels[row] ? 1 : 0);
  }
  expect(alone).toEqual(found);
  const slopes = probabilities.map((it, at) => {
    const row = Math.floor(at / columns);
    return (it - (at - row * columns === labels[row] ? 1 : 0)) / rows;
  });
  expectClose(gradient ?? [], slopes, 1e-6, "gradient");
});

test("of equal logits the first counts, and NaN makes the loss NaN", () => {
  const logits = [1, 1, 0, 0, 2, 2, Number.NaN, 0, 0];
  const [found = new Float32Array(), gradient = new Float32Array()] = onEveryPool(
    pools,
    (backend, arrays) => {
      const [results, slopes] = [arrays.empty(6), arrays.empty(9)];
      const labels = arrays.put(new Float32Array(Int32Array.of(0, 2, 1).buffer));
      runCrossEntropy(backend, {
        rows: 3,
        columns: 3,
        logits: arrays.put(logits),
        labels,
        found: results,
        gradient: slopes,
      });
      return [arrays.get(results), arrays.get(slopes)];
    },
  );
  expect([found[1], found[3]]).toEqual([1, 0]);
  expect(found[4]).toBeNaN();
  expect([...gradient.subarray(6)].every(Number.isNaN)).toBe(true);
});

test("a label that the network rules out still has its whole gradient", () => {
  const [found = new Float32Array(), gradient = new Float32Array()] = onEveryPool(
    pools,
    (backend, arrays) => {
      const [results, slopes] = [arrays.empty(2), arrays.empty(2)];
      const labels = arrays.put(new Float32Array(Int32Array.of(1).buffer));
      runCrossEntropy(backend, {
        rows: 1,
        columns: 2,
        logits: arrays.put([500, -500]),
        labels,
        found: results,
        gradient: slopes,
      });
      return [arrays.get(results), arrays.get(slopes)];
    },
  );
  expect(found[0]).toBe(1000);
  expect([...gradient]).toEqual([1, -1]);
});
