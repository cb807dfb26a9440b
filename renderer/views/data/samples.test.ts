import { expect, it } from "vitest";
import { classRows, type Direction, neighbour } from "./samples.ts";

const rows = classRows(["cat", "dog", "cow", "owl"], [5, 4, 0, 7], Uint8Array.of(0, 1, 0, 3, 0, 3, 1));

it("sorts the gallery by class and keeps empty classes", () => {
  expect(rows).toEqual([
    { name: "cat", count: 5, images: [0, 2, 4] },
    { name: "dog", count: 4, images: [1, 6] },
    { name: "cow", count: 0, images: [] },
    { name: "owl", count: 7, images: [3, 5] },
  ]);
});

it.each([
  [2, "right", 4],
  [4, "right", 4],
  [0, "left", 0],
  [4, "down", 6],
  [6, "down", 5],
  [3, "up", 1],
  [0, "up", 0],
  [99, "down", 0],
] satisfies [number, Direction, number][])("goes from image %i %s to %i", (from, direction, to) =>
  expect(neighbour(rows, from, direction)).toBe(to),
);
