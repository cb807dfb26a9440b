import { gzipSync } from "fflate";
import { expect, test } from "vitest";
import { countOf } from "./dataset.ts";
import { type NamedFile, readIdxFolder } from "./idx-folder.ts";

const idx = (shape: readonly number[], values: readonly number[]): Uint8Array => {
  const lengths = shape.flatMap((length) => [0, 0, length >> 8, length & 255]);
  return Uint8Array.from([0, 0, 8, shape.length, ...lengths, ...values]);
};
const file = (name: string, bytes: Uint8Array): NamedFile => ({ name, bytes });

/** `count` images of 2×2; pixel values run on, labels repeat 0 to classes − 1. */
const images = (count: number): Uint8Array =>
  idx(
    [count, 2, 2],
    Array.from({ length: 4 * count }, (_, at) => at % 256),
  );
const labels = (count: number, classes = 3): Uint8Array =>
  idx(
    [count],
    Array.from({ length: count }, (_, at) => at % classes),
  );

const refusal = (...files: readonly NamedFile[]): string => {
  const read = readIdxFolder(files, "things");
  return "refused" in read ? read.refused : "accepted";
};

test("reads a folder named as MNIST names it, gzipped or not", () => {
  const read = readIdxFolder(
    [
      file("README.txt", Uint8Array.of(65)),
      file("t10k-labels-idx1-ubyte", labels(2)),
      file("train-labels-idx1-ubyte.gz", gzipSync(labels(4))),
      file("train-images-idx3-ubyte.gz", gzipSync(images(4))),
      file("t10k-images-idx3-ubyte", images(2)),
    ],
    "things",
  );
  if ("refused" in read) throw new Error(read.refused);
  expect(read.name).toBe("things");
  expect(read.example).toEqual([2, 2, 1]);
  expect(read.classes).toEqual(["0", "1", "2"]);
  expect([...read.train.labels]).toEqual([0, 1, 2, 0]);
  expect([...read.test.labels]).toEqual([0, 1]);
  expect([...read.train.values]).toEqual(Array.from({ length: 16 }, (_, at) => Math.fround(at / 255)));
});

test("255 becomes 1, colour keeps its channels last, classes come from both parts", () => {
  const read = readIdxFolder(
    [
      file("Train-Images.idx", idx([2, 1, 1, 3], [255, 0, 51, 1, 2, 3])),
      file("Train-Labels.idx", labels(2, 2)),
      file("test-images.idx", idx([1, 1, 1, 3], [0, 0, 0])),
      file("test-labels.idx", idx([1], [255])),
    ],
    "colour",
  );
  if ("refused" in read) throw new Error(read.refused);
  expect(read.example).toEqual([1, 1, 3]);
  expect([...read.train.values.subarray(0, 3)]).toEqual([1, 0, Math.fround(0.2)]);
  expect(read.classes).toHaveLength(256);
  expect(read.classes.at(-1)).toBe("255");
});

test.each([
  ["train-images-idx3-ubyte", "train-labels-idx1-ubyte"],
  ["t10k-images.idx3-ubyte", "t10k-labels.idx1-ubyte"],
  ["emnist-letters-test-images-idx3-ubyte", "emnist-letters-test-labels-idx1-ubyte"],
])("with one pair (%s) the last 15 %% become the test set", (imagesName, labelsName) => {
  const read = readIdxFolder([file(imagesName, images(20)), file(labelsName, labels(20))], "things");
  if ("refused" in read) throw new Error(read.refused);
  expect([countOf(read.train), countOf(read.test)]).toEqual([17, 3]);
  expect([read.train.values.length, read.test.values.length]).toEqual([68, 12]);
  expect([...read.test.labels]).toEqual([2, 0, 1]);
  expect(read.test.values[0]).toBe(Math.fround(68 / 255));
});

test("the unpacked file is read where both are there, hidden companions are not", () => {
  const broken = Uint8Array.of(0x1f, 0x8b, 8);
  expect(
    refusal(
      file("._train-images-idx3-ubyte", Uint8Array.of(0, 5, 22, 7)),
      file("train-images-idx3-ubyte.gz", broken),
      file("train-images-idx3-ubyte", images(4)),
      file("train-labels-idx1-ubyte", labels(4)),
    ),
  ).toBe("accepted");
});

const train = file("train-images", images(4));
const trainLabels = file("train-labels", labels(4));

test.each([
  [
    "an empty folder",
    [],
    "The folder things holds no IDX images. It needs train-images and train-labels, and may hold t10k-images and t10k-labels (or test-…) as well, gzipped or not. It is empty.",
  ],
  [
    "other files",
    "abcdef".split("").map((name) => file(name, images(1))),
    "The folder things holds no IDX images. It needs train-images and train-labels, and may hold t10k-images and t10k-labels (or test-…) as well, gzipped or not. Seen there: a, b, c, d, e and 1 more.",
  ],
  [
    "images without labels",
    [file("train-images-idx3-ubyte.gz", images(4))],
    "train-images-idx3-ubyte.gz has no labels beside it: put the file train-labels… into the same folder.",
  ],
  [
    "labels without images",
    [train, trainLabels, file("t10k-labels", labels(4))],
    "t10k-labels has no images beside it: put the file t10k-images… into the same folder.",
  ],
  [
    "counts that differ",
    [train, file("train-labels", labels(5))],
    "train-labels holds 5 labels, but train-images 4 images: they do not belong together.",
  ],
  [
    "labels in place of images",
    [file("train-images", labels(4)), trainLabels],
    "train-images has one axis, as labels have: is it the right file under this name?",
  ],
  [
    "images in place of labels",
    [train, file("train-labels", images(4))],
    "train-labels has 3 axes, as images have: is it the right file under this name?",
  ],
  [
    "parts of different size",
    [train, trainLabels, file("test-images", idx([1, 1, 2], [0, 0])), file("test-labels", labels(1))],
    "test-images holds images of 1×2×1, but train-images of 2×2×1: training and test images must have one size.",
  ],
  [
    "one class",
    [train, file("train-labels", labels(4, 1))],
    "The folder things has one class only: every label is 0. Training needs two.",
  ],
  [
    "one image",
    [file("train-images", images(1)), file("train-labels", labels(1))],
    "train-images holds 1 image: one to train and one to test are the least.",
  ],
  [
    "a broken test part, though the training part is fine",
    [train, trainLabels, file("t10k-images", images(2).subarray(0, 20)), file("t10k-labels", labels(2))],
    "t10k-images holds 20 bytes, but its header (2×2×2) asks for 24: it was cut off. Download or copy it again.",
  ],
])("refuses %s", (_, files, message) => {
  expect(refusal(...files)).toBe(message);
});
