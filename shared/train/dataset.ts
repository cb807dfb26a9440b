import type { Shape } from "../nodes/shape.ts";

/**
 * Which examples a document trains on. Stripes, digits and spirals are made on the spot; a folder holds IDX images, a
 * table is a CSV file. Both are known by name only: their path stays outside the document.
 */
export type DataChoice =
  | { readonly source: BuiltIn }
  | { readonly source: "folder"; readonly name: string }
  | { readonly source: "table"; readonly name: string };

export const builtIns = ["stripes", "digits", "spirals"] as const;
export type BuiltIn = (typeof builtIns)[number];

/** Labelled examples, one after the other: images channels-last with pixels from 0 to 1, or the numbers of table rows. */
export interface Examples {
  readonly values: Float32Array;
  /** Class number of each example. */
  readonly labels: Uint8Array;
}

export interface Dataset {
  readonly name: string;
  /** The shape of one example: an image, or a row of so many numbers. */
  readonly example: Shape;
  readonly classes: readonly string[];
  readonly train: Examples;
  /** Never used for training or for choosing; measured once at the end. */
  readonly test: Examples;
  /** What the numbers of an example mean, where it is a row of a table. */
  readonly table?: Table;
}

/** Where the inputs of a table come from. */
export interface Table {
  /** In the order of an example's values. */
  readonly inputs: readonly TableInput[];
  /** The column that holds the classes. */
  readonly label: string;
  /** Columns that were not used, because they only count the rows. */
  readonly leftOut: readonly string[];
  /** Rows that were not used, because a cell is missing. */
  readonly rowsWithGaps: number;
  /** Whether the rows stand in another order than in their file. */
  readonly shuffled: boolean;
}

/** One value of an example: (cell − mean) / deviation, or 0 where the deviation is 0. */
export interface TableInput {
  /** The column's name; `colour = red` for the input that is 1 where the column says red, else 0. */
  readonly name: string;
  readonly mean: number;
  readonly deviation: number;
  /** Whether mean and deviation are those of the training part; else 0 and 1. */
  readonly standardised: boolean;
}

/** What a design must fit: the shape of one example and the number of classes. */
export interface DataShape {
  readonly example: Shape;
  readonly classes: number;
}

/** What the built-in sources give; files are known only once they are read. */
export function knownDataShape(choice: DataChoice): DataShape | undefined {
  switch (choice.source) {
    case "stripes":
      return { example: [50, 50, 1], classes: 2 };
    case "digits":
      return { example: [28, 28, 1], classes: 10 };
    case "spirals":
      return { example: [2], classes: 3 };
    case "folder":
    case "table":
      return undefined;
  }
}

export const countOf = (examples: Examples): number => examples.labels.length;

/**
 * How many of `count` training examples a run learns from when the last `share` (0 to 0.9) only measure: the first
 * ⌊count · (1 − share)⌋, as `validation_split` of Keras' `Model.fit` counts; one stays where Keras would refuse.
 */
export const trainingCount = (count: number, share: number): number =>
  Math.min(count, Math.max(1, Math.floor(count * (1 - share))));

/** A reader's way to say no, in a sentence that names the file and what was met. */
export interface Unreadable {
  readonly refused: string;
}

/** The document's JSON value for `data`; refuses unknown sources and keys. */
export function readDataChoice(value: unknown): DataChoice | Unreadable {
  if (value === undefined) return { source: "digits" };
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return { refused: "data must be an object" };
  const { source, name, ...rest } = value as Record<string, unknown>;
  const extra = Object.keys(rest)[0];
  if (extra !== undefined) return { refused: `data.${extra} is not known` };
  const builtIn = builtIns.find((it) => it === source);
  if (builtIn)
    return name === undefined
      ? { source: builtIn }
      : { refused: `data.name belongs to a folder or a table, not to ${builtIn}` };
  if (source !== "folder" && source !== "table")
    return {
      refused: `data.source must be ${builtIns.join(", ")}, folder or table, got ${JSON.stringify(source)?.slice(0, 40) ?? "nothing"}`,
    };
  if (typeof name !== "string" || name.length === 0 || name.length > 255)
    return { refused: `data.name must be the ${source}'s name, 1 to 255 characters` };
  return { source, name };
}

/** What a data choice is called: its own name, or that of the built-in source. */
export const nameOf = (choice: DataChoice): string => ("name" in choice ? choice.name : choice.source);
