import { expect, test } from "vitest";
import { type Examples, knownDataShape } from "./dataset.ts";
import { dataShapeOf, loadDataset, splitValidation, summarise } from "./load-dataset.ts";

test.each(["stripes", "digits", "spirals"] as const)(
  "%s have the shape that the compiler is told without making them",
  (source) => {
    const made = loadDataset({ source });
    if ("refused" in made) throw new Error(made.refused);
    expect(dataShapeOf(made)).toEqual(knownDataShape({ source }));
  },
);

test("a folder needs its files", () => {
  expect(loadDataset({ source: "folder", name: "mnist" })).toEqual({
    refused:
      "The images of the folder mnist are not open: choose the folder again, since a document keeps its name only.",
  });
  expect(loadDataset({ source: "folder", name: "mnist" }, [])).toHaveProperty("refused");
});

test("a summary counts training images per class and copies the first hundred of the test set", () => {
  const made = loadDataset({ source: "digits" });
  if ("refused" in made) throw new Error(made.refused);
  const summary = summarise(made);
  expect([summary.trainCount, summary.testCount]).toEqual([6000, 1000]);
  expect(summary.perClass).toEqual(new Array(10).fill(600));
  expect([...summary.gallery.labels]).toEqual(Array.from({ length: 100 }, (_, at) => at % 10));
  expect([...summary.gallery.values]).toEqual([...made.test.values.subarray(0, 100 * 784)]);
  expect(summary.gallery.values.buffer.byteLength).toBe(100 * 784 * 4);
});

test("a class without images counts 0, and a small test set shows all", () => {
  const examples = (...labels: number[]): Examples => ({
    values: new Float32Array(labels.length),
    labels: Uint8Array.from(labels),
  });
  const summary = summarise({
    name: "tiny",
    example: [1, 1, 1],
    classes: ["0", "1", "2"],
    train: examples(0, 2, 2),
    test: examples(1),
  });
  expect(summary.perClass).toEqual([1, 0, 2]);
  expect([...summary.gallery.labels]).toEqual([1]);
});

const numbered = (count: number): Examples => ({
  values: Float32Array.from({ length: 2 * count }, (_, at) => at),
  labels: Uint8Array.from({ length: count }, (_, at) => at),
});

test("the last share validates, in the given order, without copying", () => {
  const all = numbered(10);
  const { train, validation } = splitValidation(all, 0.2);
  expect([...train.labels]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect([...validation.labels]).toEqual([8, 9]);
  expect([...validation.values]).toEqual([16, 17, 18, 19]);
  expect(train.values.buffer).toBe(all.values.buffer);
});

test.each([
  [10, 0, 10],
  [10, 0.1, 9],
  [10, 0.5, 5],
  [10, 0.25, 7],
  [3, 0.1, 2],
  // ⌊10 · (1 − 0.9)⌋ = ⌊0.9999…⌋ = 0 in Keras, which then refuses.
  [10, 0.9, 1],
  [1, 0.5, 1],
  [0, 0.5, 0],
])("of %i examples with a share of %f, %i train, as Keras counts", (count, share, trained) => {
  const { train, validation } = splitValidation(numbered(count), share);
  expect([train.labels.length, validation.labels.length]).toEqual([trained, count - trained]);
  expect([train.values.length, validation.values.length]).toEqual([2 * trained, 2 * (count - trained)]);
});
