import { beforeAll, describe, expect, test } from "vitest";
import type { SimdBackend } from "./backend.ts";
import { ActivationFunction } from "./kernels/protocol.ts";
import { gradientTakes, runActivation, runActivationGradient } from "./run-activation.ts";
import { onEveryPool, startPools } from "./testing/arrays.ts";

let pools: readonly SimdBackend[];
beforeAll(async () => {
  pools = await startPools();
});

const slope = 0.2;
const seluScale = 1.0507009873554805;
const seluDepth = 1.7580993408473766;
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const density = (x: number) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);

/** In double precision, by Simpson's rule from 0, and from x on by the continued fraction of the tail. */
function normalDistribution(x: number): number {
  const z = Math.abs(x);
  if (z > 3) {
    let fraction = 0;
    for (let k = 120; k > 0; k--) fraction = k / (z + fraction);
    const tail = density(z) / (z + fraction);
    return x < 0 ? tail : 1 - tail;
  }
  const steps = 400;
  let sum = density(0) + density(z);
  for (let i = 1; i < steps; i++) sum += density((z * i) / steps) * (i % 2 ? 4 : 2);
  const half = (sum * z) / steps / 3;
  return x < 0 ? 0.5 - half : 0.5 + half;
}

type Curve = readonly [
  name: string,
  id: ActivationFunction,
  value: (x: number) => number,
  slope: (x: number) => number,
];

const curves: readonly Curve[] = [
  ["relu", ActivationFunction.relu, (x) => Math.max(x, 0), (x) => (x > 0 ? 1 : 0)],
  [
    "leakyRelu",
    ActivationFunction.leakyRelu,
    (x) => (x > 0 ? x : x * Math.fround(slope)),
    (x) => (x > 0 ? 1 : slope),
  ],
  ["elu", ActivationFunction.elu, (x) => (x > 0 ? x : Math.expm1(x)), (x) => (x > 0 ? 1 : Math.exp(x))],
  [
    "selu",
    ActivationFunction.selu,
    (x) => (x > 0 ? seluScale * x : seluDepth * Math.expm1(x)),
    (x) => (x > 0 ? seluScale : seluDepth * Math.exp(x)),
  ],
  [
    "gelu",
    ActivationFunction.gelu,
    (x) => x * normalDistribution(x),
    (x) => normalDistribution(x) + x * density(x),
  ],
  ["sigmoid", ActivationFunction.sigmoid, sigmoid, (x) => sigmoid(x) * sigmoid(-x)],
  ["tanh", ActivationFunction.tanh, Math.tanh, (x) => 1 / Math.cosh(x) ** 2],
  ["swish", ActivationFunction.swish, (x) => x * sigmoid(x), (x) => sigmoid(x) * (1 + x * (1 - sigmoid(x)))],
  [
    "softplus",
    ActivationFunction.softplus,
    (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
    sigmoid,
  ],
];

/** Near zero, of usual size and far out; not a whole number of vectors. */
const inputs = Float32Array.from({ length: 4003 }, (_, at) => {
  const t = at / 2001 - 1;
  return at % 3 === 0 ? t * 1e-3 : at % 3 === 1 ? t * 5 : t * 30;
});

describe.each(curves)("%s", (_, id, value, derivative) => {
  test("is exact to a millionth of its value, on every number of threads", () => {
    const [out = new Float32Array()] = onEveryPool(pools, (backend, arrays) => {
      const result = arrays.empty(inputs.length);
      runActivation(backend, id, inputs.length, arrays.put(inputs), result, slope);
      return [arrays.get(result)];
    });
    expect(
      worst(
        out,
        inputs.map((x) => Math.fround(x)),
        value,
        (y) => Math.abs(y),
      ),
    ).toBeLessThan(1e-6);
  });

  test("has its slope for a gradient", () => {
    const dy = inputs.map((_, at) => 1 + (at % 5));
    const [dx = new Float32Array()] = onEveryPool(pools, (backend, arrays) => {
      const [x, y, result] = [arrays.put(inputs), arrays.empty(inputs.length), arrays.empty(inputs.length)];
      runActivation(backend, id, inputs.length, x, y, slope);
      const saved = gradientTakes(id) === "input" ? x : y;
      runActivationGradient(backend, id, inputs.length, arrays.put(dy), saved, result, slope);
      return [arrays.get(result)];
    });
    // Where an output is rounded to 1 its slope is 0, so errors are measured against slopes of usual size.
    const slopes = dx.map((it, at) => it / (1 + (at % 5)));
    expect(worst(slopes, inputs, derivative, (y) => Math.max(Math.abs(y), 0.1))).toBeLessThan(3e-6);
  });

  test("keeps NaN, and goes to its limits at infinity", () => {
    const [out = new Float32Array()] = onEveryPool(pools, (backend, arrays) => {
      const result = arrays.empty(3);
      runActivation(backend, id, 3, arrays.put([Number.NaN, 1e30, -100]), result, slope);
      return [arrays.get(result)];
    });
    expect(out[0]).toBeNaN();
    expect(out[1]).toBeCloseTo(value(1e30), -25);
    expect(out[2]).toBeCloseTo(value(-100), 5);
  });
});

function worst(
  actual: Float32Array,
  x: Float32Array,
  expected: (x: number) => number,
  scale: (y: number) => number,
): number {
  let most = 0;
  for (const [at, it] of actual.entries()) {
    const y = expected(x[at] ?? 0);
    // Below the smallest normal float there are fewer digits.
    const error = Math.abs(it - y) / Math.max(scale(y), 1e-30);
    if (Math.abs(it - y) > 1e-37)
      most = Math.max(most, Number.isNaN(error) ? Number.POSITIVE_INFINITY : error);
  }
  return most;
}
