import type { Weights } from "../compile/weights.ts";
import type { Design } from "../graph/graph.ts";

/** A file of the model as it was given: a name without folders, and all of its bytes. */
export interface GivenFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * What became of one layer, operator or array of the file. mapped: the design computes the same. approximated: it
 * computes something close, and `words` says what differs. refused: the design lacks it, and `words` says why.
 */
export interface Entry {
  /** Its name in the file, with its type: `conv2d_1 (Conv2D)`. */
  readonly source: string;
  readonly fate: "mapped" | "approximated" | "refused";
  /** The node that stands for it; several layers of a file may become one node. */
  readonly node?: string;
  /** One sentence; empty where nothing needs to be said. */
  readonly words: string;
}

/**
 * A model that was read. Layers without a counterpart leave a gap: their neighbours stand in the design without a wire
 * between them, and the report has an entry `refused` for each.
 */
export interface Imported {
  readonly design: Design;
  /** They fit the design's plan; undefined where the file has none, or where a refused layer leaves them useless. */
  readonly weights: Weights | undefined;
  /** One entry per layer or operator of the file, in the file's order. */
  readonly report: readonly Entry[];
}

/** A model, or why there is none: a sentence with the place in the file, the values met and the remedy. */
export type Import = Imported | { readonly refused: string };
