/** One line of the report; figures that a row lacks are left empty. */
export interface Row {
  readonly what: string;
  readonly ms?: number;
  readonly imagesPerSecond?: number;
  /** Billions of floating-point operations per second; a multiply-add counts as two. */
  readonly gigaflops?: number;
  /** Against PyTorch on this machine in this run: above 1 is faster. */
  readonly ratio?: number;
  readonly note?: string;
}

/** Median milliseconds of `run` over fresh inputs, after ten rounds of warming up. */
export function median<T>(rounds: number, make: () => T, run: (input: T) => unknown): number {
  const times: number[] = [];
  for (let round = -10; round < rounds; round++) {
    const input = make();
    const start = performance.now();
    run(input);
    if (round >= 0) times.push(performance.now() - start);
  }
  return middle(times);
}

export const middle = (values: readonly number[]): number => quantile(values, 0.5);

/** The value below which a share of all values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
