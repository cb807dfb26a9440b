/** What layers calculate with: numbers, or whatever a test follows through a network in their place. */
export interface Arithmetic<T> {
  /** What stands in the padding of a sum, and in that of a maximum. */
  readonly zero: T;
  readonly lowest: T;
  /** A number that does not depend on the example. */
  constant(value: number): T;
  /** sum + value · weight; the first product has no sum to be added to, but is counted with it. */
  multiplyAdd(sum: T | undefined, value: T, weight: number): T;
  add(a: T, b: T): T;
  larger(a: T, b: T): T;
  /** A function that compares its one argument with zero. */
  kinked(of: (value: number) => number, value: T): T;
  /** Any other function: scalings, quotients, exponentials. */
  apply(of: (...values: readonly number[]) => number, ...inputs: readonly T[]): T;
  /** A value in whose making something beyond the border would have had a part. */
  atBorder(value: T): T;
}

/** Plain numbers, and how often they were added up and compared. */
export interface Counting extends Arithmetic<number> {
  readonly count: { macs: number; additions: number; comparisons: number };
}

export function counting(): Counting {
  const count = { macs: 0, additions: 0, comparisons: 0 };
  return {
    count,
    zero: 0,
    lowest: Number.NEGATIVE_INFINITY,
    constant: (value) => value,
    multiplyAdd(sum, value, weight) {
      count.macs++;
      return (sum ?? 0) + value * weight;
    },
    add(a, b) {
      count.additions++;
      return a + b;
    },
    larger(a, b) {
      count.comparisons++;
      return Math.max(a, b);
    },
    kinked(of, value) {
      count.comparisons++;
      return of(value);
    },
    apply: (of, ...inputs) => of(...inputs),
    atBorder: (value) => value,
  };
}

/**
 * Sets of input pixels, one bit each: which of them a value depends on, whatever the weights. Bit `pixels` tells that
 * padding took part.
 */
export function tracing(pixels: number): Arithmetic<bigint> {
  const border = 1n << BigInt(pixels);
  const both = (a: bigint, b: bigint): bigint => a | b;
  return {
    zero: border,
    lowest: border,
    constant: () => 0n,
    multiplyAdd: (sum, value) => (sum ?? 0n) | value,
    add: both,
    larger: both,
    kinked: (_, value) => value,
    apply: (_, ...inputs) => inputs.reduce(both, 0n),
    atBorder: (value) => value | border,
  };
}
