import type { Shape } from "../nodes/shape.ts";

/** Which examples a document trains on. A folder is known by name only: its path stays outside the document. */
export type DataChoice =
  | { readonly source: "stripes" }
  | { readonly source: "digits" }
  | { readonly source: "folder"; readonly name: string };

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
}

/** What a design must fit: the shape of one example and the number of classes. */
export interface DataShape {
  readonly example: Shape;
  readonly classes: number;
}

/** What the built-in sources give; a folder's images are known only once it is read. */
export function knownDataShape(choice: DataChoice): DataShape | undefined {
  switch (choice.source) {
    case "stripes":
      return { example: [50, 50, 1], classes: 2 };
    case "digits":
      return { example: [28, 28, 1], classes: 10 };
    case "folder":
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
  if (source === "stripes" || source === "digits")
    return name === undefined ? { source } : { refused: `data.name belongs to a folder, not to ${source}` };
  if (source !== "folder")
    return {
      refused: `data.source must be stripes, digits or folder, got ${JSON.stringify(source)?.slice(0, 40) ?? "nothing"}`,
    };
  if (typeof name !== "string" || name.length === 0 || name.length > 255)
    return { refused: "data.name must be the folder's name, 1 to 255 characters" };
  return { source, name };
}
