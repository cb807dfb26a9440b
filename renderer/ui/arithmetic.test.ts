import { expect, test } from "vitest";
import { valueOfSum } from "./arithmetic.ts";

test.each([
  ["28", 28],
  ["28*28", 784],
  [" 28 × 28 ", 784],
  ["1,5", 1.5],
  ["0,001", 0.001],
  ["1e-3", 0.001],
  [".5", 0.5],
  ["2+3*4", 14],
  ["(2+3)*4", 20],
  ["100/4/5", 5],
  ["10-3-2", 5],
  ["-2*-3", 6],
  ["2^5", 32],
  ["-2^2", -4],
  ["2^-1", 0.5],
  ["5x5", 25],
])("%s is %d", (text, value) => {
  expect(valueOfSum(text)).toBeCloseTo(value, 12);
});

test.each(["", "abc", "2+", "2 3 4x", "(2", "2)", "1/0", "1.2.3", "--", "NaN", "Infinity", "1e999", "2**3"])(
  "%s has no value",
  (text) => {
    expect(valueOfSum(text)).toBeUndefined();
  },
);
