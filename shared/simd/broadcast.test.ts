import { expect, test } from "vitest";
import { broadcast } from "./broadcast.ts";

test("equal shapes are one row", () => {
  expect(broadcast([2, 3, 4], [2, 3, 4])).toMatchObject({ shape: [2, 3, 4], outer: 1, rows: 1, inner: 24 });
});

test("a bias is repeated for every row", () => {
  const plan = broadcast([8, 5, 5, 16], [16]);
  expect(plan).toMatchObject({
    outer: 1,
    rows: 200,
    inner: 16,
    a: { rowStep: 16 },
    b: { rowStep: 0, single: false },
  });
});

test("three axes that alternate", () => {
  const plan = broadcast([2, 1, 4], [1, 3, 1]);
  expect(plan).toMatchObject({
    shape: [2, 3, 4],
    outer: 2,
    rows: 3,
    inner: 4,
    a: { outerStep: 4, rowStep: 0, single: false },
    b: { outerStep: 0, rowStep: 1, single: true },
  });
});

test("four axes that alternate are too many", () => {
  expect(broadcast([2, 1, 3, 1], [1, 4, 1, 5])).toBeUndefined();
});

test("shapes that do not fit are refused", () => {
  expect(() => broadcast([2, 3], [4])).toThrow(/broadcast/);
});
