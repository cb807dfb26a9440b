import { type Shape, volume } from "../nodes/shape.ts";
import {
  countOf,
  type DataChoice,
  type DataShape,
  type Dataset,
  type Examples,
  type Table,
  type Unreadable,
} from "./dataset.ts";
import { digits } from "./digits/digits.ts";
import { type NamedFile, readIdxFolder } from "./idx-folder.ts";
import { type Plane, planeOf } from "./plane.ts";
import { spirals } from "./spirals.ts";
import { stripes } from "./stripes.ts";
import { readTable } from "./table.ts";

/**
 * The examples that a document names; `files` are those of the chosen folder, or the one table, read by the shell. One
 * entry for the worker and the command line. Refuses what `readIdxFolder` and `readTable` refuse, and a folder or table
 * whose files were not handed in.
 */
export function loadDataset(choice: DataChoice, files?: readonly NamedFile[]): Dataset | Unreadable {
  switch (choice.source) {
    case "stripes":
      return stripes();
    case "digits":
      return digits();
    case "spirals":
      return spirals();
    case "folder":
      return files
        ? readIdxFolder(files, choice.name)
        : {
            refused: `The images of the folder ${choice.name} are not open: choose the folder again, since a document keeps its name only.`,
          };
    case "table":
      return files?.[0]
        ? readTable(files[0].bytes, choice.name)
        : {
            refused: `The table ${choice.name} is not open: choose the file again, since a document keeps its name only.`,
          };
  }
}

export const dataShapeOf = ({ example, classes }: Dataset): DataShape => ({
  example,
  classes: classes.length,
});

/** What a window shows of a dataset without holding it. */
export interface DatasetSummary {
  readonly name: string;
  readonly example: Dataset["example"];
  readonly classes: readonly string[];
  readonly trainCount: number;
  readonly testCount: number;
  /** Training examples per class. */
  readonly perClass: readonly number[];
  /** The first examples of the test set, up to 100, copied: `values` one after the other. */
  readonly gallery: Examples;
  readonly plane?: Plane;
  readonly table?: Table;
}

const gallerySize = 100;

export function summarise(dataset: Dataset): DatasetSummary {
  const plane = planeOf(dataset);
  const perClass = new Array<number>(dataset.classes.length).fill(0);
  for (const label of dataset.train.labels) perClass[label] = (perClass[label] ?? 0) + 1;
  return {
    name: dataset.name,
    example: dataset.example,
    classes: dataset.classes,
    trainCount: countOf(dataset.train),
    testCount: countOf(dataset.test),
    perClass,
    gallery: firstOf(dataset.test, gallerySize, dataset.example),
    ...(plane ? { plane } : {}),
    ...(dataset.table ? { table: dataset.table } : {}),
  };
}

const firstOf = ({ values, labels }: Examples, count: number, example: Shape): Examples => ({
  values: values.slice(0, count * volume(example)),
  labels: labels.slice(0, count),
});

/** The parts of the training examples: to learn from, and to measure with after every epoch. */
export interface Split {
  readonly train: Examples;
  readonly validation: Examples;
}

/**
 * The last `share` (0 to 0.9) of the examples only measure, before any shuffling; `trainingCount` is the rule.
 * Views, not copies.
 */
export function splitValidation(examples: Examples, share: number): Split {
  const count = countOf(examples);
  const train = learningCount(count, share);
  const at = count === 0 ? 0 : (examples.values.length / count) * train;
  return {
    train: { values: examples.values.subarray(0, at), labels: examples.labels.subarray(0, train) },
    validation: { values: examples.values.subarray(at), labels: examples.labels.subarray(train) },
  };
}

/** How many of `count` training examples a run learns from when `share` of them only measure. */
export const learningCount = (count: number, share: number): number =>
  Math.min(count, Math.max(1, Math.floor(count * (1 - share))));
