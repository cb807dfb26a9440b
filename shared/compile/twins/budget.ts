/**
 * The largest whole number from `least` to `most` that keeps a growing total within a budget; undefined where not even
 * the least does. Totals grow in straight lines or nearly so: interpolation asks for few of them, halving for every
 * third makes sure of an end.
 */
export function largestWithin(
  budget: number,
  least: number,
  most: number,
  total: (width: number) => number,
): number | undefined {
  if (least > most) return undefined;
  let fits = { at: least, sum: total(least) };
  if (fits.sum > budget) return undefined;
  if (least === most) return least;
  let over = { at: most + 1, sum: Number.POSITIVE_INFINITY };
  const slope = total(least + 1) - fits.sum;
  for (let round = 1; over.at - fits.at > 1; round++) {
    const rise = Number.isFinite(over.sum) ? (over.sum - fits.sum) / (over.at - fits.at) : slope;
    const straight = fits.at + Math.floor((budget - fits.sum) / rise);
    const aim = round % 3 === 0 ? Math.floor((fits.at + over.at) / 2) : straight;
    const at = Math.min(Math.max(aim, fits.at + 1), over.at - 1);
    const sum = total(at);
    if (sum <= budget) fits = { at, sum };
    else over = { at, sum };
  }
  return fits.at;
}

/** First widths that are tried downwards from the largest; more bring the total no closer than a few numbers. */
const tries = 24;

/**
 * Two widths with the largest total within a budget, the second one from a range that goes with the first. Both totals
 * and ranges grow with the widths.
 */
export function closestPair(
  budget: number,
  range: (first: number) => readonly [least: number, most: number],
  total: (first: number, second: number) => number,
): readonly [number, number] | undefined {
  const top = largestWithin(budget, 1, 65_536, (first) => total(first, range(first)[0]));
  let best: readonly [number, number] | undefined;
  let reached = -1;
  for (let first = top ?? 0; first >= 1 && first > (top ?? 0) - tries; first--) {
    const [least, most] = range(first);
    const second = largestWithin(budget, least, most, (it) => total(first, it));
    if (second === undefined) continue;
    const sum = total(first, second);
    if (sum > reached) [best, reached] = [[first, second], sum];
    // A smaller first width could only give less.
    if (second === most) break;
  }
  return best;
}
