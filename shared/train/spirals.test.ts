import { expect, test } from "vitest";
import { spirals } from "./spirals.ts";

const { train, test: tested, classes } = spirals();
const points = Array.from(train.labels, (arm, index) => {
  const [x = 0, y = 0] = train.values.subarray(2 * index, 2 * index + 2);
  return { arm, x, y };
});

test("1,500 points to train and 300 to test, classes in turn", () => {
  expect([train.labels.length, tested.labels.length, train.values.length]).toEqual([1500, 300, 3000]);
  for (const { labels } of [train, tested])
    expect(labels.every((arm, index) => arm === index % classes.length)).toBe(true);
});

test("a point's angle is that of its arm at its distance, within five deviations", () => {
  const turn = 2 * Math.PI;
  const off = points.map(({ arm, x, y }) => {
    const angle = Math.atan2(y, x) - turn * (arm / 3 + 0.75 * Math.hypot(x, y));
    return angle - turn * Math.round(angle / turn);
  });
  expect(Math.max(...off.map(Math.abs))).toBeLessThan(0.6);
  const deviation = Math.sqrt(off.reduce((sum, it) => sum + it * it, 0) / off.length);
  expect(deviation).toBeGreaterThan(0.11);
  expect(deviation).toBeLessThan(0.13);
});

test("distances reach from 0.05 to 1 evenly", () => {
  const radii = points.map(({ x, y }) => Math.hypot(x, y)).toSorted((a, b) => a - b);
  expect(radii[0]).toBeGreaterThanOrEqual(0.0499);
  expect(radii.at(-1)).toBeLessThanOrEqual(1.0001);
  expect(radii[750]).toBeCloseTo(0.525, 1);
});

test("no straight line tells the arms apart: their means nearly meet", () => {
  for (const arm of classes.keys()) {
    const own = points.filter((it) => it.arm === arm);
    const meanOf = (axis: "x" | "y"): number => own.reduce((sum, it) => sum + it[axis] / own.length, 0);
    expect(Math.hypot(meanOf("x"), meanOf("y"))).toBeLessThan(0.4);
  }
});

test("same seed, same points; another seed or the test part, others", () => {
  expect([...spirals(1).train.values]).toEqual([...train.values]);
  expect([...spirals(2).train.values]).not.toEqual([...train.values]);
  expect([...tested.values.subarray(0, 2)]).not.toEqual([...train.values.subarray(0, 2)]);
});
