import { describe, expect, test } from "vitest";
import {
  ceil,
  type Expression,
  floor,
  inNumbers,
  inWords,
  largest,
  minus,
  number,
  over,
  product,
  shown,
  smallest,
  sum,
  worked,
  worth,
} from "./expression.ts";

const n = (value: number): Expression => number(value, `n${value}`);

describe("prints with as few parentheses as the value allows", () => {
  const table: readonly (readonly [Expression, string, number])[] = [
    [n(7), "7", 7],
    [sum(n(1), n(2), n(3)), "1 + 2 + 3", 6],
    [sum(), "0", 0],
    [product(), "1", 1],
    [product(n(5), n(5), n(3)), "5·5·3", 75],
    [sum(product(n(2), n(3)), n(4)), "2·3 + 4", 10],
    [product(n(2), sum(n(3), n(4))), "2·(3 + 4)", 14],
    [sum(n(1), sum(n(2), n(3))), "1 + 2 + 3", 6],
    [sum(n(1), minus(n(5), n(3))), "1 + 5 − 3", 3],
    [minus(n(9), sum(n(2), n(3))), "9 − (2 + 3)", 4],
    [minus(n(9), minus(n(5), n(3))), "9 − (5 − 3)", 7],
    [minus(minus(n(9), n(5)), n(3)), "9 − 5 − 3", 1],
    [minus(n(9), product(n(2), n(3))), "9 − 2·3", 3],
    [over(product(n(6), n(4)), n(3)), "6·4/3", 8],
    [over(n(24), product(n(4), n(3))), "24/(4·3)", 2],
    [over(n(24), over(n(4), n(2))), "24/(4/2)", 12],
    [over(over(n(24), n(4)), n(2)), "24/4/2", 3],
    [product(n(6), over(n(4), n(2))), "6·4/2", 12],
    [over(sum(n(2), n(4)), n(3)), "(2 + 4)/3", 2],
    [floor(over(minus(sum(n(28), n(4)), n(5)), n(2))), "⌊(28 + 4 − 5)/2⌋", 13],
    [product(ceil(over(n(7), n(2))), n(3)), "⌈7/2⌉·3", 12],
    [sum(largest(minus(n(3), n(2)), n(0)), n(1)), "max(3 − 2, 0) + 1", 2],
    [minus(smallest(sum(n(3), n(2)), n(7)), n(1)), "min(3 + 2, 7) − 1", 4],
    // A sign of its own could be read as a second operator.
    [sum(n(1), n(-2)), "1 + (−2)", -1],
    [minus(n(1), n(-2)), "1 − (−2)", 3],
    [product(n(2), n(-3)), "2·(−3)", -6],
    [sum(n(-2), n(1)), "−2 + 1", -1],
    [product(n(-2), n(3)), "−2·3", -6],
    [minus(n(1), product(n(-2), n(3))), "1 − (−2·3)", 7],
    [floor(n(-2)), "⌊−2⌋", -2],
    [largest(n(-1), n(-2)), "max(−1, −2)", -1],
  ];
  test.each(table)("%#: %s", (it, text, value) => {
    expect([inNumbers(it), worth(it)]).toEqual([text, value]);
  });
});

test("words stand where the numbers were", () => {
  const size = floor(over(minus(number(28, "input height"), number(5, "window")), number(2, "stride")));
  expect(inWords(sum(size, number(1, "1")))).toBe("⌊(input height − window) / stride⌋ + 1");
  expect(inWords(product(number(2, "a"), number(3, "b")))).toBe("a · b");
});

test("a bare number is not worked out", () => {
  expect([worked(n(1024)), worked(sum(n(1000), n(24)))]).toEqual(["1,024", "1,000 + 24 = 1,024"]);
});

test.each([
  [0, "0"],
  [-0, "0"],
  [999, "999"],
  [1000, "1,000"],
  [4_923_520, "4,923,520"],
  [-1_234, "−1,234"],
  [0.5, "0.5"],
  [-0.25, "−0.25"],
  [2 / 3, "0.6667"],
  [12345.67, "12,350"],
  [1 / 3e7, "3.333e−8"],
])("%d is shown as %s", (value, text) => {
  expect(shown(value)).toBe(text);
});
