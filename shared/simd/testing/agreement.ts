import * as tf from "@tensorflow/tfjs-core";
// Its CommonJS build registers the gradients; without them both sides of a comparison would throw.
import "@tensorflow/tfjs-layers";
import { expect, vi } from "vitest";
import { buildSimd } from "../../../build/simd.ts";
import type { SimdBackend } from "../backend.ts";
import { registerSimd } from "../node.ts";

// The engine then checks every kernel for leaks, and does not advise to install the native backend.
tf.env().set("IS_TEST", true);

// In a fresh clone the first hook compiles the kernels.
vi.setConfig({ hookTimeout: 120_000 });

/** Starts the plain variant (Node 20 has relaxed SIMD only behind a flag) with every job, however small, shared. */
export async function startBackend(threads: number): Promise<SimdBackend> {
  await buildSimd();
  const backend = await registerSimd({ threads, relaxed: false });
  backend.parallelFrom = 0;
  await tf.setBackend("simd");
  return backend;
}

export interface Input {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

interface Terms {
  /** Largest error in units of the largest value; default 2e-5. */
  readonly tolerance?: number;
  /** The values contain NaN or infinity, which both sides must have in the same places. */
  readonly special?: boolean;
  /** The case is one that we leave to the cpu kernel. */
  readonly fallsBack?: boolean;
}

/** Computes on tfjs's cpu backend and on ours and compares shapes, types and values. */
export async function expectAgreement(
  backend: SimdBackend,
  inputs: readonly Input[],
  compute: (...tensors: tf.Tensor[]) => tf.Tensor | tf.Tensor[],
  { tolerance = 2e-5, special = false, fallsBack = false }: Terms = {},
): Promise<void> {
  const expected = await computeOn("cpu", inputs, compute);
  const runs = vi.spyOn(backend, "run");
  const actual = await computeOn("simd", inputs, compute);
  const ran = runs.mock.calls.length > 0;
  runs.mockRestore();
  expect(ran, "whether a kernel of ours ran").toBe(!fallsBack);
  expect(actual.map(({ shape, dtype }) => ({ shape, dtype }))).toEqual(
    expected.map(({ shape, dtype }) => ({ shape, dtype })),
  );
  for (const [i, { values }] of expected.entries()) {
    if (!special) expect(values.every(Number.isFinite), "finite values on the cpu backend").toBe(true);
    expect(worstError(values, actual[i]?.values ?? [])).toBeLessThan(tolerance);
  }
}

interface Result {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly values: readonly number[];
}

async function computeOn(
  name: string,
  inputs: readonly Input[],
  compute: (...tensors: tf.Tensor[]) => tf.Tensor | tf.Tensor[],
): Promise<Result[]> {
  await tf.setBackend(name);
  return tf.tidy(() => {
    const tensors = inputs.map(({ values, shape }) => tf.tensor([...values], [...shape], "float32"));
    const results = [compute(...tensors)].flat();
    return results.map((it) => ({ shape: it.shape, dtype: it.dtype, values: Array.from(it.dataSync()) }));
  });
}

/** Relative to the largest finite value, or to 1; infinite when NaN or infinity differ. */
export function worstError(expected: readonly number[], actual: readonly number[]): number {
  let worst = 0;
  let largest = 1;
  for (const [i, value] of expected.entries()) {
    const other = actual[i];
    if (Object.is(value, other) || value === other) continue;
    if (other === undefined || !Number.isFinite(value)) return Number.POSITIVE_INFINITY;
    const error = Math.abs(value - other);
    if (Number.isNaN(error)) return Number.POSITIVE_INFINITY;
    worst = Math.max(worst, error);
    largest = Math.max(largest, Math.abs(value));
  }
  return worst / largest;
}

/** Reproducible random numbers (xorshift32). */
export class Dice {
  private state: number;

  constructor(seed: number) {
    this.state = seed;
  }

  /** 0 ≤ x < 1 */
  next(): number {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    return (this.state >>> 0) / 2 ** 32;
  }

  /** A whole number from `low` to `high`, both included. */
  whole(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.whole(0, choices.length - 1)] ?? choices[0];
  }

  /** Values between −1 and 1. */
  input(shape: readonly number[]): Input {
    const size = shape.reduce((product, it) => product * it, 1);
    return { shape, values: Array.from({ length: size }, () => this.next() * 2 - 1) };
  }
}
