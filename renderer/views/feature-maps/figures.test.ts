import { expect, it } from "vitest";
import { areShares, cellFigure, figure, largestAt } from "./figures.ts";

it.each([
  [0, "0"],
  [0.4321, "0.432"],
  [-1.2, "−1.20"],
  [12.345, "12.3"],
  [12_345.6, "12346"],
  [-0.000012, "−1.2e−5"],
  [3e7, "3.0e7"],
  [Number.NaN, "not a number"],
  [Number.NEGATIVE_INFINITY, "−∞"],
])("writes %f as %s", (value, text) => expect(figure(value)).toBe(text));

it.each([
  [0.421, ".42"],
  [-0.001, "0"],
  [-0.25, "−.25"],
  [0.999, "1.0"],
  [-12.4, "−12"],
])("writes the weight %f as %s", (value, text) => expect(cellFigure(value)).toBe(text));

it("finds the predicted class", () => {
  expect(largestAt(Float32Array.of(0.1, 0.7, 0.2))).toBe(1);
  expect(largestAt(Float32Array.of(-3, -1, -2))).toBe(1);
});

it("tells probabilities from sums", () => {
  expect(areShares(Float32Array.of(0.1, 0.7, 0.2))).toBe(true);
  expect(areShares(Float32Array.of(0.5, 0.7, 0.2))).toBe(false);
  expect(areShares(Float32Array.of(1.5, -0.5))).toBe(false);
});
