import { expect, test } from "vitest";
import { smoothLine, stroke } from "./stroke.ts";

test("a path is smooth pieces that share their corners", () => {
  expect(stroke("0,0 10,5 20,0")).toEqual([
    [
      [0, 0],
      [10, 5],
      [20, 0],
    ],
  ]);
  expect(stroke("0,0 10,5! 20,0")).toEqual([
    [
      [0, 0],
      [10, 5],
    ],
    [
      [10, 5],
      [20, 0],
    ],
  ]);
});

test("a smooth line runs through every point", () => {
  const points = [
    [0, 0],
    [10, 30],
    [12, 31],
    [60, 0],
  ] as const;
  const line = smoothLine(points);
  for (const [x, y] of points)
    expect(Math.min(...line.map(([toX, toY]) => Math.hypot(toX - x, toY - y)))).toBeCloseTo(0, 9);
});

test("two points make a straight line, one point a dot, equal points no NaN", () => {
  for (const [x, y] of smoothLine([
    [0, 0],
    [8, 4],
  ]))
    expect(y).toBeCloseTo(x / 2, 9);
  expect(smoothLine([[3, 4]])).toEqual([[3, 4]]);
  expect(
    smoothLine([
      [1, 1],
      [1, 1],
      [5, 1],
    ])
      .flat()
      .every(Number.isFinite),
  ).toBe(true);
});
