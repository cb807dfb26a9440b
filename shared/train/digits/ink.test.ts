import { expect, test } from "vitest";
import { ink } from "./ink.ts";

const draw = (from: readonly [number, number], to: readonly [number, number], radius: number): number[] => {
  const canvas = new Float32Array(25);
  ink(canvas, 5, [{ line: [from, to], radii: [radius, radius] }], 1);
  return [...canvas].map((it) => Math.round(it * 100) / 100);
};

test("a level line of radius 1 through the middle of row 2 fills it and half of its neighbours", () => {
  // Distance of a neighbour's middle is 1 = radius: the edge runs through it.
  expect(draw([-5, 2.5], [10, 2.5], 1)).toEqual([
    ...[0, 0, 0, 0, 0],
    ...[0.5, 0.5, 0.5, 0.5, 0.5],
    ...[1, 1, 1, 1, 1],
    ...[0.5, 0.5, 0.5, 0.5, 0.5],
    ...[0, 0, 0, 0, 0],
  ]);
});

test("x runs along columns, y along rows, and ends are round", () => {
  expect(draw([1.5, 3.5], [1.5, 3.5], 0.5)).toEqual([
    ...[0, 0, 0, 0, 0],
    ...[0, 0, 0, 0, 0],
    ...[0, 0, 0, 0, 0],
    ...[0, 1, 0, 0, 0],
    ...[0, 0, 0, 0, 0],
  ]);
});

test("ink outside of the image is left out", () => {
  expect(draw([-9, -9], [-3, -8], 1).every((it) => it === 0)).toBe(true);
});
