import { beforeAll, describe, expect, test } from "vitest";
import type { SimdBackend } from "./backend.ts";
import { runBatchNorm, runBatchNormGradient, runBatchNormTraining } from "./run-batch-norm.ts";
import { runLayerNorm, runLayerNormGradient } from "./run-layer-norm.ts";
import { Dice } from "./testing/agreement.ts";
import { type Arrays, expectClose, onEveryPool, startPools } from "./testing/arrays.ts";

const epsilon = 1e-3;
const epsilonInFloats = Math.fround(epsilon);

let pools: readonly SimdBackend[];
beforeAll(async () => {
  pools = await startPools();
});

const sizes: readonly (readonly [number, number])[] = [
  ...[
    [1, 1],
    [1, 5],
    [2, 3],
    [3, 7],
    [5, 4],
    [129, 6],
    [300, 1],
    [777, 10],
    [1000, 17],
    [5000, 3],
  ],
  ...[
    [4097, 32],
    [128, 130],
  ],
].map(([rows = 1, columns = 1]) => [rows, columns] as const);

describe("batch norm, with the same bits on 1, 2, 3 and 7 threads", () => {
  test.each(sizes)("of %i rows and %i channels is that in double precision", (rows, channels) => {
    const { x, dy, gamma, beta } = drawn(rows, channels, channels);
    const moving = [new Float32Array(channels).fill(0.5), new Float32Array(channels).fill(2)] as const;
    const [out, mean, variance, movedMean, movedVariance, dx, dgamma, dbeta] = onEveryPool(
      pools,
      (backend, arrays) => {
        const size = { rows, channels, epsilon };
        const given = { x: arrays.put(x), gamma: arrays.put(gamma) };
        const moments = { mean: arrays.empty(channels), variance: arrays.empty(channels) };
        const averages = { mean: arrays.put(moving[0]), variance: arrays.put(moving[1]), momentum: 0.9 };
        const result = arrays.empty(x.length);
        runBatchNormTraining(
          backend,
          size,
          { ...given, beta: arrays.put(beta), out: result },
          moments,
          averages,
        );
        const slopes = emptySlopes(arrays, x.length, channels);
        runBatchNormGradient(backend, size, { ...given, dy: arrays.put(dy), ...slopes }, moments, false);
        return [result, moments.mean, moments.variance, averages.mean, averages.variance]
          .concat(slopes.dx, slopes.dgamma, slopes.dbeta)
          .map((it) => arrays.get(it));
      },
    );
    const expected = batchNormOf(x, dy, gamma, beta, channels);
    expectClose(mean ?? [], expected.mean, 1e-6, "mean");
    expectClose(variance ?? [], expected.variance, 1e-6, "variance");
    expectClose(
      movedMean ?? [],
      expected.mean.map((it) => 0.45 + it / 10),
      1e-6,
      "moving mean",
    );
    expectClose(
      movedVariance ?? [],
      expected.variance.map((it) => 1.8 + it / 10),
      1e-6,
      "moving variance",
    );
    // A pair of rows that lie close together is divided by nearly √epsilon: errors grow thirtyfold.
    expectClose(out ?? [], expected.out, 2e-6, "output");
    expectClose(dgamma ?? [], expected.dgamma, 3e-6, "gradient by gamma");
    expectClose(dbeta ?? [], expected.dbeta, 2e-6, "gradient by beta");
    expectClose(dx ?? [], expected.dx, 2e-5, "gradient by the input");
  });

  test("a channel far from zero keeps its variance", () => {
    const rows = 3000;
    const dice = new Dice(9);
    const x = Float32Array.from({ length: rows }, () => 1000 + dice.next());
    const [variance = new Float32Array()] = onEveryPool(pools, (backend, arrays) => {
      const moments = { mean: arrays.empty(1), variance: arrays.empty(1) };
      const operands = { x: arrays.put(x), gamma: 0, beta: 0, out: arrays.empty(rows) };
      runBatchNormTraining(backend, { rows, channels: 1, epsilon }, operands, moments);
      return [arrays.get(moments.variance)];
    });
    const one = Float32Array.of(1);
    expectClose(variance, batchNormOf(x, x, one, one, 1).variance, 1e-5, "variance");
  });

  test.each(sizes)(
    "of %i rows and %i channels by given moments, and without gamma and beta",
    (rows, channels) => {
      const { x, dy, gamma, beta } = drawn(rows, channels, channels + 50);
      const [mean, variance] = [beta, gamma.map((it) => it * it + 0.1)];
      const [out, plain, dx, dgamma, dbeta] = onEveryPool(pools, (backend, arrays) => {
        const size = { rows, channels, epsilon };
        const moments = { mean: arrays.put(mean), variance: arrays.put(variance) };
        const given = { x: arrays.put(x), gamma: arrays.put(gamma), beta: arrays.put(beta) };
        const result = arrays.empty(x.length);
        const bare = arrays.empty(x.length);
        runBatchNorm(backend, size, { ...given, out: result }, moments);
        runBatchNorm(backend, size, { x: given.x, gamma: 0, beta: 0, out: bare }, moments);
        const slopes = emptySlopes(arrays, x.length, channels);
        const operands = { x: given.x, gamma: given.gamma, dy: arrays.put(dy), ...slopes };
        runBatchNormGradient(backend, size, operands, moments, true);
        return [result, bare, slopes.dx, slopes.dgamma, slopes.dbeta].map((it) => arrays.get(it));
      });
      const normal = Float64Array.from(x, (it, at) => {
        const channel = at % channels;
        return (it - (mean[channel] ?? 0)) / Math.sqrt((variance[channel] ?? 0) + epsilonInFloats);
      });
      const by = (at: number) => gamma[at % channels] ?? 0;
      expectClose(plain ?? [], normal, 1e-6, "without gamma and beta");
      expectClose(
        out ?? [],
        normal.map((it, at) => it * by(at) + (beta[at % channels] ?? 0)),
        1e-6,
        "output",
      );
      const slopes = Float64Array.from(dy, (it, at) => {
        return (it * by(at)) / Math.sqrt((variance[at % channels] ?? 0) + epsilonInFloats);
      });
      expectClose(dx ?? [], slopes, 1e-6, "gradient by the input");
      expectClose(
        dgamma ?? [],
        columnSums(
          normal.map((it, at) => it * (dy[at] ?? 0)),
          channels,
        ),
        3e-6,
        "gamma",
      );
      expectClose(dbeta ?? [], columnSums(Float64Array.from(dy), channels), 2e-6, "beta");
    },
  );

  test("NaN stays in its channel", () => {
    const x = Float32Array.from({ length: 60 }, (_, at) => at % 7);
    x[13] = Number.NaN;
    const [out = new Float32Array()] = onEveryPool(pools, (backend, arrays) => {
      const moments = { mean: arrays.empty(3), variance: arrays.empty(3) };
      const operands = { x: arrays.put(x), gamma: 0, beta: 0, out: arrays.empty(60) };
      runBatchNormTraining(backend, { rows: 20, channels: 3, epsilon }, operands, moments);
      return [arrays.get(operands.out)];
    });
    expect([...out].map(Number.isNaN)).toEqual([...out].map((_, at) => at % 3 === 1));
  });
});

describe("layer norm, with the same bits on 1, 2, 3 and 7 threads", () => {
  test.each(sizes)("of %i rows of %i values is that in double precision", (rows, columns) => {
    const { x, dy, gamma, beta } = drawn(rows, columns, columns + 100);
    const [out, dx, dgamma, dbeta, plain] = onEveryPool(pools, (backend, arrays) => {
      const size = { rows, columns };
      const given = { x: arrays.put(x), gamma: arrays.put(gamma), moments: arrays.empty(rows * 2) };
      const out = arrays.empty(x.length);
      const slopes = emptySlopes(arrays, x.length, columns);
      const bare = arrays.empty(x.length);
      runLayerNorm(backend, size, epsilon, { ...given, beta: arrays.put(beta), out });
      runLayerNormGradient(backend, size, { ...given, dy: arrays.put(dy), ...slopes });
      runLayerNorm(backend, size, epsilon, { ...given, gamma: 0, beta: 0, moments: 0, out: bare });
      return [out, slopes.dx, slopes.dgamma, slopes.dbeta, bare].map((it) => arrays.get(it));
    });
    const expected = layerNormOf(x, dy, gamma, beta, columns);
    expectClose(plain ?? [], expected.normal, 3e-6, "without gamma and beta");
    expectClose(out ?? [], expected.out, 3e-6, "output");
    expectClose(dx ?? [], expected.dx, 2e-5, "gradient by the input");
    expectClose(dgamma ?? [], expected.dgamma, 3e-6, "gradient by gamma");
    expectClose(dbeta ?? [], expected.dbeta, 2e-6, "gradient by beta");
  });
});

function drawn(rows: number, columns: number, seed: number) {
  const dice = new Dice(seed);
  const numbers = (length: number) => Float32Array.from({ length }, () => dice.next() * 2 - 0.7);
  return {
    ...{ x: numbers(rows * columns), dy: numbers(rows * columns) },
    ...{ gamma: numbers(columns), beta: numbers(columns) },
  };
}

const emptySlopes = (arrays: Arrays, size: number, channels: number) => ({
  dx: arrays.empty(size),
  dgamma: arrays.empty(channels),
  dbeta: arrays.empty(channels),
});

function columnSums(values: Float64Array, columns: number): Float64Array {
  const sums = new Float64Array(columns);
  for (const [at, it] of values.entries()) sums[at % columns] = (sums[at % columns] ?? 0) + it;
  return sums;
}

function batchNormOf(
  x: Float32Array,
  dy: Float32Array,
  gamma: Float32Array,
  beta: Float32Array,
  channels: number,
) {
  const rows = x.length / channels;
  const mean = columnSums(Float64Array.from(x), channels).map((it) => it / rows);
  const centred = Float64Array.from(x, (it, at) => it - (mean[at % channels] ?? 0));
  const variance = columnSums(
    centred.map((it) => it * it),
    channels,
  ).map((it) => it / rows);
  const inverse = variance.map((it) => 1 / Math.sqrt(it + epsilonInFloats));
  const normal = centred.map((it, at) => it * (inverse[at % channels] ?? 0));
  const out = normal.map((it, at) => it * (gamma[at % channels] ?? 0) + (beta[at % channels] ?? 0));
  const dbeta = columnSums(Float64Array.from(dy), channels);
  const dgamma = columnSums(
    normal.map((it, at) => it * (dy[at] ?? 0)),
    channels,
  );
  const dx = normal.map((it, at) => {
    const channel = at % channels;
    const along = (dbeta[channel] ?? 0) + it * (dgamma[channel] ?? 0);
    return ((gamma[channel] ?? 0) * (inverse[channel] ?? 0) * (rows * (dy[at] ?? 0) - along)) / rows;
  });
  return { mean, variance, out, dx, dgamma, dbeta };
}

function layerNormOf(
  x: Float32Array,
  dy: Float32Array,
  gamma: Float32Array,
  beta: Float32Array,
  columns: number,
) {
  const [normal, dx] = [new Float64Array(x.length), new Float64Array(x.length)];
  for (let start = 0; start < x.length; start += columns) {
    const row = Float64Array.from(x.subarray(start, start + columns));
    const mean = row.reduce((sum, it) => sum + it, 0) / columns;
    const variance = row.reduce((sum, it) => sum + (it - mean) ** 2, 0) / columns;
    const inverse = 1 / Math.sqrt(variance + epsilonInFloats);
    normal.set(
      row.map((it) => (it - mean) * inverse),
      start,
    );
    const slopes = row.map((_, at) => (dy[start + at] ?? 0) * (gamma[at] ?? 0));
    const meanSlope = slopes.reduce((sum, it) => sum + it, 0) / columns;
    const meanProduct = slopes.reduce((sum, it, at) => sum + it * (normal[start + at] ?? 0), 0) / columns;
    dx.set(
      slopes.map((it, at) => inverse * (it - meanSlope - (normal[start + at] ?? 0) * meanProduct)),
      start,
    );
  }
  const out = normal.map((it, at) => it * (gamma[at % columns] ?? 0) + (beta[at % columns] ?? 0));
  const dgamma = columnSums(
    normal.map((it, at) => it * (dy[at] ?? 0)),
    columns,
  );
  return { normal, out, dx, dgamma, dbeta: columnSums(Float64Array.from(dy), columns) };
}
