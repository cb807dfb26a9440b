import { expect, test } from "vitest";
import { countOf, type Examples } from "./dataset.ts";
import { stripes } from "./stripes.ts";

const size = 50;
const data = stripes();

/** Painted cells of each column (vertical) or row (horizontal) of one image, as `true` runs. */
function lines({ values, labels }: Examples, image: number): boolean[][] {
  const at = (y: number, x: number): boolean => values[image * size * size + y * size + x] === 1;
  return Array.from({ length: size }, (_, across) =>
    Array.from({ length: size }, (_, along) => (labels[image] === 0 ? at(along, across) : at(across, along))),
  );
}

test("2,000 images of 50×50×1 to train and 500 to test, zeros and ones only", () => {
  expect(data.example).toEqual([50, 50, 1]);
  expect(data.classes).toEqual(["vertical", "horizontal"]);
  expect([countOf(data.train), countOf(data.test)]).toEqual([2000, 500]);
  expect(data.train.values).toHaveLength(2000 * 2500);
  expect(data.test.values).toHaveLength(500 * 2500);
  expect(new Set(data.train.values)).toEqual(new Set([0, 1]));
});

test("classes alternate, so that every split is balanced", () => {
  for (const { labels } of [data.train, data.test])
    expect(labels.every((label, image) => label === image % 2)).toBe(true);
});

test("at most ten lines carry ink, and a bar never reaches the far border", () => {
  for (let image = 0; image < 2000; image++) {
    const inked = lines(data.train, image).filter((line) => line.includes(true));
    expect(inked.length).toBeLessThanOrEqual(10);
    expect(inked.every((line) => line[size - 1] === false)).toBe(true);
  }
});

test("lengths follow the rule: the first y cells of a lone bar's line are empty, 12.25 cells are painted on average", () => {
  // E[l − y] = E[(49 − y) / 2] = 12.25 for y uniform in 0..49; an average that overlaps on one line lower a little.
  const ink = data.train.values.reduce((sum, it) => sum + it, 0) / (2000 * 10);
  expect(ink).toBeGreaterThan(11);
  expect(ink).toBeLessThan(12.25);
  // Starts are uniform, ends are not: the first row is painted by bars that start there and are not empty,
  // P = 1/50 · 49/50 each; row 24 by P(y ≤ 24 < l) = Σ_{y ≤ 24} 1/50 · 25/(50 − y) ≈ 0.337.
  const share = (along: number): number => {
    let painted = 0;
    for (let image = 0; image < 2000; image++)
      painted += lines(data.train, image).filter((line) => line[along]).length;
    return painted / 2000;
  };
  expect(share(0)).toBeCloseTo(0.196, 1);
  let middle = 0;
  for (let y = 0; y <= 24; y++) middle += 25 / (50 - y) / 50;
  expect(share(24)).toBeGreaterThan(9 * middle);
  expect(share(24)).toBeLessThan(10 * middle);
});

test("both directions carry the same amount of ink: brightness tells nothing", () => {
  const ink = [0, 0];
  for (const [image, label] of data.train.labels.entries()) {
    const sum = data.train.values
      .subarray(image * 2500, (image + 1) * 2500)
      .reduce((total, it) => total + it, 0);
    ink[label] = (ink[label] ?? 0) + sum;
  }
  expect((ink[0] ?? 0) / (ink[1] ?? 1)).toBeCloseTo(1, 1);
});

test("same seed, same images; another seed or the test part, others", () => {
  expect(Buffer.compare(bytes(stripes(1).train), bytes(data.train))).toBe(0);
  expect(Buffer.compare(bytes(stripes(2).train), bytes(data.train))).not.toBe(0);
  expect(bytes(data.train).indexOf(bytes(data.test).subarray(0, 2500 * 4))).toBe(-1);
});

// Vitest compares long arrays item by item, for half a minute here.
const bytes = ({ values }: Examples): Buffer =>
  Buffer.from(values.buffer, values.byteOffset, values.byteLength);
