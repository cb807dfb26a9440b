import { type Image, sameShape, show } from "../nodes/shape.ts";
import type { Dataset, Examples, Unreadable } from "./dataset.ts";
import { type Idx, readIdx } from "./idx.ts";

/** A file that a shell has read. */
export interface NamedFile {
  /** Without its folder. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Images of one shape with their labels. */
interface Pair extends Examples {
  readonly image: Image;
  readonly imagesName: string;
}

/** Share of a single pair, its last images, that becomes the test set. */
const testPercent = 15;

/**
 * A dataset from the files of a folder: `train-images*` with `train-labels*`, and `t10k-*` or `test-*` to test, as
 * MNIST, Fashion-MNIST, KMNIST and EMNIST name them (a word before, as in `emnist-letters-train-images`, is
 * allowed); other files are ignored. With only one pair the last 15 % of it become the test set.
 * Classes run from 0 to the largest label of either part and are named by their number; pixels are bytes / 255.
 * Refuses, naming the file, the value met and what helps: everything that `readIdx` refuses, images without labels
 * and the reverse, counts that differ, image sizes that differ between the parts, a single class, a single image.
 */
export function readIdxFolder(files: readonly NamedFile[], folderName: string): Dataset | Unreadable {
  const parts: Pair[] = [];
  for (const words of [["train"], ["t10k", "test"]] as const) {
    const pair = readPair(files, words);
    if (pair && "refused" in pair) return pair;
    if (pair) parts.push(pair);
  }
  const [first, second] = parts;
  if (!first)
    return {
      refused:
        `The folder ${folderName} holds no IDX images. It needs train-images and train-labels, and may hold ` +
        `t10k-images and t10k-labels (or test-…) as well, gzipped or not.${seen(files)}`,
    };
  if (second && !sameShape(first.image, second.image))
    return {
      refused:
        `${second.imagesName} holds images of ${show(second.image)}, but ${first.imagesName} of ` +
        `${show(first.image)}: training and test images must have one size.`,
    };
  const split = second ? { train: first, test: second } : splitLast(first);
  if ("refused" in split) return split;
  const classes = parts.reduce((most, { labels }) => labels.reduce((a, b) => Math.max(a, b), most), 0) + 1;
  if (classes < 2)
    return { refused: `The folder ${folderName} has one class only: every label is 0. Training needs two.` };
  return {
    name: folderName,
    example: first.image,
    classes: Array.from({ length: classes }, (_, label) => String(label)),
    train: { values: split.train.values, labels: split.train.labels },
    test: { values: split.test.values, labels: split.test.labels },
  };
}

function readPair(files: readonly NamedFile[], words: readonly string[]): Pair | Unreadable | undefined {
  const imagesFile = find(files, words, "images");
  const labelsFile = find(files, words, "labels");
  if (!imagesFile && !labelsFile) return undefined;
  if (!imagesFile) return without("images", labelsFile?.name ?? "");
  if (!labelsFile) return without("labels", imagesFile.name);
  const images = readIdx(imagesFile.bytes, imagesFile.name);
  if ("refused" in images) return images;
  const labels = readIdx(labelsFile.bytes, labelsFile.name);
  if ("refused" in labels) return labels;
  return pairUp(images, imagesFile.name, labels, labelsFile.name);
}

/** Names the missing file by its beginning: the rest (idx1, idx3, gz) may differ. */
function without(missing: "images" | "labels", met: string): Unreadable {
  const there = missing === "images" ? "labels" : "images";
  const beginning = met.slice(0, met.toLowerCase().lastIndexOf(there)) + missing;
  return { refused: `${met} has no ${missing} beside it: put the file ${beginning}… into the same folder.` };
}

function pairUp(images: Idx, imagesName: string, labels: Idx, labelsName: string): Pair | Unreadable {
  const [count = 0, height, width, channels = 1] = images.shape;
  if (height === undefined || width === undefined)
    return { refused: `${imagesName} has one axis, as labels have: is it the right file under this name?` };
  if (labels.shape.length !== 1)
    return {
      refused: `${labelsName} has ${labels.shape.length} axes, as images have: is it the right file under this name?`,
    };
  if (labels.values.length !== count)
    return {
      refused: `${labelsName} holds ${labels.values.length} labels, but ${imagesName} ${count} images: they do not belong together.`,
    };
  // 255 itself is 1 exactly; a table is faster than 47 million divisions.
  const shades = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);
  const values = new Float32Array(images.values.length);
  for (let at = 0; at < values.length; at++) values[at] = shades[images.values[at] ?? 0] ?? 0;
  return { values, labels: labels.values, image: [height, width, channels], imagesName };
}

/** The file of this part: the unpacked one where both are there. */
function find(
  files: readonly NamedFile[],
  words: readonly string[],
  content: "images" | "labels",
): NamedFile | undefined {
  // A leading dot is a hidden file, such as macOS's ._ companions on foreign disks.
  const pattern = new RegExp(`^(?!\\.)(.*[-_.])?(${words.join("|")})[-_.]${content}([-_.]|$)`, "i");
  return files
    .filter(({ name }) => pattern.test(name))
    .toSorted((a, b) => a.name.length - b.name.length || (a.name < b.name ? -1 : 1))[0];
}

function splitLast(pair: Pair): { readonly train: Examples; readonly test: Examples } | Unreadable {
  const { values, labels, imagesName } = pair;
  const count = labels.length;
  if (count < 2)
    return { refused: `${imagesName} holds 1 image: one to train and one to test are the least.` };
  const train = Math.floor((count * (100 - testPercent)) / 100);
  const at = (train * values.length) / count;
  return {
    train: { values: values.subarray(0, at), labels: labels.subarray(0, train) },
    test: { values: values.subarray(at), labels: labels.subarray(train) },
  };
}

const seen = (files: readonly NamedFile[]): string =>
  files.length === 0
    ? " It is empty."
    : ` Seen there: ${files
        .slice(0, 5)
        .map(({ name }) => name)
        .join(", ")}${files.length > 5 ? ` and ${files.length - 5} more` : ""}.`;
