import { expect, it } from "vitest";
import { aroundZero, kernelAt, mapAt, spanOf, valueAt } from "./paint-maps.ts";

it("finds a kernel's weights in [height, width, in, out] order", () => {
  const [rows, columns, channels, kernels] = [2, 3, 2, 4];
  const values = Float32Array.from({ length: rows * columns * channels * kernels }, (_, index) => index);
  const place = kernelAt(values, [rows, columns, channels, kernels], 1, 2);
  const expected = (row: number, column: number): number =>
    ((row * columns + column) * channels + 1) * kernels + 2;
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      expect(valueAt(place, row, column)).toBe(expected(row, column));
});

it("finds the pixel of the second map row by row", () => {
  const values = Float32Array.from({ length: 24 }, (_, index) => index);
  expect(valueAt(mapAt(values, 3, 4, 1), 2, 1)).toBe(12 + 2 * 4 + 1);
});

it("spans finite values only", () => {
  expect(spanOf(Float32Array.of(Number.NaN, -1, 3, Number.POSITIVE_INFINITY))).toEqual({ low: -1, high: 3 });
  expect(spanOf(Float32Array.of(Number.NaN))).toEqual({ low: 0, high: 0 });
  expect(spanOf(Float32Array.of(9, 1, 2, 9), 1, 3)).toEqual({ low: 1, high: 2 });
  expect(aroundZero({ low: -0.5, high: 0.25 })).toEqual({ low: -0.5, high: 0.5 });
});
