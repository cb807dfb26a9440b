import { expect, test } from "vitest";
import { countOf, type Examples } from "../dataset.ts";
import { digits } from "./digits.ts";
import { forms } from "./forms.ts";

const size = 28;
const area = size * size;
const data = digits();

const image = ({ values }: Examples, index: number): Float32Array =>
  values.subarray(index * area, (index + 1) * area);
const images = Array.from({ length: 1000 }, (_, index) => image(data.test, index));

const sum = (values: readonly number[] | Float32Array): number => {
  let total = 0;
  for (const it of values) total += it;
  return total;
};
const mean = (values: readonly number[]): number => sum(values) / values.length;
const deviation = (values: readonly number[]): number =>
  Math.sqrt(mean(values.map((it) => (it - mean(values)) ** 2)));

/** Rows and columns that carry ink, noise left out. */
function inked(pixels: Float32Array): { rows: number[]; columns: number[] } {
  const rows = new Set<number>();
  const columns = new Set<number>();
  for (const [at, value] of pixels.entries())
    if (value > 0.3) {
      rows.add(Math.floor(at / size));
      columns.add(at % size);
    }
  return { rows: [...rows].sort((a, b) => a - b), columns: [...columns].sort((a, b) => a - b) };
}

test("6,000 images of 28×28×1 to train and 1,000 to test, multiples of 1/255 from 0 to 1", () => {
  expect(data.example).toEqual([28, 28, 1]);
  expect(data.classes).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
  expect([countOf(data.train), countOf(data.test)]).toEqual([6000, 1000]);
  expect([data.train.values.length, data.test.values.length]).toEqual([6000 * area, 1000 * area]);
  const odd = data.train.values.findIndex(
    (it) => !(it >= 0 && it <= 1) || Math.abs(it * 255 - Math.round(it * 255)) > 1e-4,
  );
  expect(odd).toBe(-1);
});

test("classes take turns, so that every split is balanced", () => {
  for (const { labels } of [data.train, data.test])
    expect(labels.every((label, index) => label === index % 10)).toBe(true);
});

test("every digit has two or more forms", () => {
  expect(forms.map((it) => it.length >= 2)).toEqual(new Array(10).fill(true));
});

test("ink covers a tenth of an image or so, as in MNIST (13 %)", () => {
  const shares = images.map((pixels) => sum(pixels) / area);
  expect(mean(shares)).toBeGreaterThan(0.1);
  expect(mean(shares)).toBeLessThan(0.15);
  expect(Math.min(...shares)).toBeGreaterThan(0.02);
  expect(Math.max(...shares)).toBeLessThan(0.35);
  for (const pixels of images) expect(Math.max(...pixels)).toBeGreaterThan(0.7);
});

test("a digit fills about 20 pixels and never touches the border", () => {
  const boxes = images.map(inked);
  const sides = boxes.map(({ rows, columns }) =>
    Math.max((rows.at(-1) ?? 0) - (rows[0] ?? 0), (columns.at(-1) ?? 0) - (columns[0] ?? 0)),
  );
  expect(mean(sides)).toBeGreaterThan(17);
  expect(Math.max(...sides)).toBeLessThanOrEqual(21);
  expect(Math.min(...sides)).toBeGreaterThanOrEqual(13);
  for (const { rows, columns } of boxes)
    for (const edge of [0, size - 1]) expect(rows.includes(edge) || columns.includes(edge)).toBe(false);
});

test("the ink's centre is pixel (14, 14), give or take a pixel or two", () => {
  const centre = (position: (at: number) => number): number[] =>
    images.map((pixels) => sum(pixels.map((it, at) => it * position(at))) / sum(pixels));
  for (const centres of [centre((at) => at % size), centre((at) => Math.floor(at / size))]) {
    expect(mean(centres)).toBeCloseTo(14, 0);
    expect(deviation(centres)).toBeGreaterThan(0.4);
    expect(deviation(centres)).toBeLessThan(1.3);
    for (const it of centres) expect(Math.abs(it - 14)).toBeLessThan(4);
  }
});

test("edges are grey: a fifth or more of the inked pixels are neither ink nor paper", () => {
  const all = images.flatMap((pixels) => [...pixels]).filter((it) => it > 0.15);
  const grey = all.filter((it) => it < 0.8);
  expect(grey.length / all.length).toBeGreaterThan(0.2);
  expect(grey.length / all.length).toBeLessThan(0.7);
});

test("the classes differ, but not so much that an average tells them apart", () => {
  // Nearest mean image: MNIST gives 0.82. Too high would make the data trivial, too low unreadable.
  const means = Array.from({ length: 10 }, (_, digit) => {
    const average = new Float32Array(area);
    for (let index = digit; index < 6000; index += 10)
      for (const [at, value] of image(data.train, index).entries())
        average[at] = (average[at] ?? 0) + value / 600;
    return average;
  });
  const distance = (a: Float32Array, b: Float32Array): number =>
    sum(a.map((it, at) => (it - (b[at] ?? 0)) ** 2));
  const right = images.filter((pixels, index) => {
    const distances = means.map((it) => distance(it, pixels));
    return distances.indexOf(Math.min(...distances)) === index % 10;
  }).length;
  expect(right / images.length).toBeGreaterThan(0.55);
  expect(right / images.length).toBeLessThan(0.88);
});

test("same seed, same images; another seed, others; no image twice", () => {
  const bytes = (examples: Examples): Buffer =>
    Buffer.from(examples.values.buffer, examples.values.byteOffset, examples.values.byteLength);
  expect(Buffer.compare(bytes(digits(1).test), bytes(data.test))).toBe(0);
  expect(Buffer.compare(bytes(digits(2).test), bytes(data.test))).not.toBe(0);
  const distinct = new Set(
    [data.train, data.test].flatMap((part) =>
      Array.from({ length: countOf(part) }, (_, index) =>
        bytes({ values: image(part, index), labels: part.labels }).toString("latin1"),
      ),
    ),
  );
  expect(distinct.size).toBe(7000);
});
