import { expect } from "vitest";
import { buildSimd } from "../../../build/simd.ts";
import type { SimdBackend } from "../backend.ts";
import { registerSimd } from "../node.ts";
import { worstError } from "./agreement.ts";

const canary = 12345;
/** Kernels may write the rest of the last vector, and nothing behind it. */
const lanes = 4;
const guards = 8;

/** Float32 arrays in the backend's memory, for the functions that work by address. */
export class Arrays {
  private readonly backend: SimdBackend;
  private readonly lengths = new Map<number, number>();

  constructor(backend: SimdBackend) {
    this.backend = backend;
  }

  put(values: ArrayLike<number>): number {
    const address = this.empty(values.length);
    this.backend.heap.floats.set(values, address / 4);
    return address;
  }

  /** Filled with NaN, so that what a kernel forgets shows. */
  empty(length: number): number {
    const whole = Math.ceil(length / lanes) * lanes;
    const address = this.backend.heap.allocate((whole + guards) * 4);
    this.lengths.set(address, length);
    const start = address / 4;
    this.backend.heap.floats.fill(Number.NaN, start, start + whole);
    this.backend.heap.floats.fill(canary, start + whole, start + whole + guards);
    return address;
  }

  /** A copy; fails where something was written behind the array. */
  get(address: number): Float32Array {
    const length = this.lengths.get(address) ?? 0;
    const start = address / 4;
    const whole = Math.ceil(length / lanes) * lanes;
    const behind = this.backend.heap.floats.subarray(start + whole, start + whole + guards);
    expect(
      behind.every((it) => it === canary),
      "nothing is written behind an array",
    ).toBe(true);
    return this.backend.heap.floats.slice(start, start + length);
  }

  free(): void {
    for (const [address, length] of this.lengths)
      this.backend.heap.release(address, (Math.ceil(length / lanes) * lanes + guards) * 4);
    this.lengths.clear();
  }
}

/** Relative to the largest value, or to 1. */
export function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what: string,
): void {
  expect(actual.length, what).toBe(expected.length);
  expect(worstError(Array.from(expected), Array.from(actual)), what).toBeLessThan(tolerance);
}

/** Backends with so many threads each that share every job, however small. */
export async function startPools(numbers: readonly number[] = [1, 2, 3, 7]): Promise<readonly SimdBackend[]> {
  await buildSimd();
  const pools: SimdBackend[] = [];
  for (const threads of numbers) {
    const backend = await registerSimd({ threads, relaxed: false, shared: threads > 1 });
    expect(backend.threads).toBe(threads);
    backend.parallelFrom = 0;
    expect(backend.sharesFor(5), "shares of a small job").toBe(threads > 1 ? 5 : 1);
    pools.push(backend);
  }
  return pools;
}

/** Runs on every pool and demands the same bits from all of them; returns the results of the first. */
export function onEveryPool(
  pools: readonly SimdBackend[],
  compute: (backend: SimdBackend, arrays: Arrays) => readonly Float32Array[],
): readonly Float32Array[] {
  let first: readonly Float32Array[] | undefined;
  for (const backend of pools) {
    const arrays = new Arrays(backend);
    const results = compute(backend, arrays);
    arrays.free();
    first ??= results;
    for (const [at, result] of results.entries())
      expect(firstDifference(result, first[at]), `result ${at} on ${backend.threads} threads`).toBe(-1);
  }
  return first ?? [];
}

/** Place of the first number whose bits differ, −1 when there is none. Quicker than `toEqual` by two orders. */
function firstDifference(values: Float32Array, others: Float32Array = new Float32Array()): number {
  if (values.length !== others.length) return Math.min(values.length, others.length);
  const words = new Int32Array(values.buffer, values.byteOffset, values.length);
  const otherWords = new Int32Array(others.buffer, others.byteOffset, others.length);
  return words.findIndex((it, at) => it !== otherWords[at]);
}
