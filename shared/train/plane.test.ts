import { expect, test } from "vitest";
import type { Dataset } from "./dataset.ts";
import { gridOver, planeOf } from "./plane.ts";
import { spirals } from "./spirals.ts";
import { stripes } from "./stripes.ts";

test("covers every point of both parts, with the first thousand to show", () => {
  const made = spirals();
  const plane = planeOf(made);
  if (!plane) throw new Error("no plane");
  expect([plane.points.labels.length, plane.points.values.length]).toEqual([1000, 2000]);
  for (const values of [made.train.values, made.test.values])
    for (const [at, it] of values.entries()) {
      expect(it).toBeGreaterThan(plane.from[at % 2] ?? 0);
      expect(it).toBeLessThan(plane.to[at % 2] ?? 0);
    }
});

test("images and longer rows are no plane; one value everywhere is", () => {
  expect(planeOf(stripes())).toBeUndefined();
  const flat: Dataset = {
    ...spirals(),
    train: { values: Float32Array.of(0, 1, 0, 1), labels: Uint8Array.of(0, 1) },
    test: { values: new Float32Array(), labels: new Uint8Array() },
  };
  expect(planeOf(flat)).toMatchObject({ from: [-1, 0], to: [1, 2] });
});

test("a grid runs row by row from the top left through the cells' centres", () => {
  expect([...gridOver({ from: [0, 0], to: [4, 2] }, 2)]).toEqual([1, 1.5, 3, 1.5, 1, 0.5, 3, 0.5]);
});
