/** How lengths in the figure follow from sizes. A larger size is always drawn longer. */
export interface Scale {
  readonly law: "linear" | "square root" | "logarithm";
  /** Pixels of one of the sizes it was made for. */
  length(size: number): number;
}

/**
 * The plainest law under which the largest of the sizes, whole numbers from 1, takes `longest` pixels and the smallest at
 * least `shortest`: in proportion; in proportion to the square root; or by the logarithm, the smallest at `shortest`.
 */
export function scaleFor(sizes: readonly number[], shortest: number, longest: number): Scale {
  const most = Math.max(1, ...sizes);
  const least = Math.min(most, ...sizes);
  const linear = (size: number): number => (longest * size) / most;
  if (linear(least) >= shortest) return { law: "linear", length: linear };
  const root = (size: number): number => longest * Math.sqrt(size / most);
  if (root(least) >= shortest) return { law: "square root", length: root };
  const share = (size: number): number => Math.log(size / least) / Math.log(most / least);
  return { law: "logarithm", length: (size) => shortest + (longest - shortest) * share(size) };
}
