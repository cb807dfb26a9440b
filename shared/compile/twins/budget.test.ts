import fc from "fast-check";
import { expect, test } from "vitest";
import { closestPair, largestWithin } from "./budget.ts";

const coefficients = fc.record({
  square: fc.constantFrom(0, 0, 1, 7),
  slope: fc.integer({ min: 1, max: 900 }),
  base: fc.integer({ min: 0, max: 5000 }),
});

test("finds what trying all numbers finds, of straight and bent totals", () => {
  fc.assert(
    fc.property(
      coefficients,
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 0, max: 300 }),
      fc.integer({ min: 0, max: 400_000 }),
      ({ square, slope, base }, least, more, budget) => {
        const total = (it: number) =>
          it > 200 ? Number.POSITIVE_INFINITY : square * it * it + slope * it + base;
        let wanted: number | undefined;
        for (let it = least; it <= least + more; it++) if (total(it) <= budget) wanted = it;
        expect(largestWithin(budget, least, least + more, total)).toBe(wanted);
      },
    ),
  );
});

test("asks for four totals where they grow in a straight line", () => {
  let asked = 0;
  const total = (it: number) => {
    asked++;
    return 825 * it + 450;
  };
  expect(largestWithin(35_962, 1, 65_536, total)).toBe(43);
  expect(asked).toBe(4);
});

test("of two widths finds the pair that comes closest", () => {
  const total = (first: number, second: number) => 785 * first + (first + 1) * second + 11 * second;
  const range = (first: number) => [Math.ceil(0.4 * first), Math.floor(0.6 * first)] as const;
  const pair = closestPair(35_962, range, total);
  let best = 0;
  for (let first = 1; first < 60; first++)
    for (let second = range(first)[0]; second <= range(first)[1]; second++) {
      const sum = total(first, second);
      if (sum <= 35_962 && sum > best) best = sum;
    }
  expect(pair && total(...pair)).toBe(best);
});
