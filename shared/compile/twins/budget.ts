/**
 * The largest whole number from `least` to `most` that keeps a growing total within a budget; undefined where not even
 * the least does.
 */
export function largestWithin(
  budget: number,
  least: number,
  most: number,
  total: (width: number) => number,
): number | undefined {
  if (least > most || total(least) > budget) return undefined;
  let [fits, tooMuch] = [least, most + 1];
  while (tooMuch - fits > 1) {
    const middle = Math.floor((fits + tooMuch) / 2);
    if (total(middle) <= budget) fits = middle;
    else tooMuch = middle;
  }
  return fits;
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
