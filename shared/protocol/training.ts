import type { Weights } from "../compile/weights.ts";
import type { Design } from "../graph/graph.ts";
import type { Shape } from "../nodes/shape.ts";
import type { DataChoice } from "../train/dataset.ts";
import type { DatasetSummary } from "../train/load-dataset.ts";
import type { Recipe } from "../train/recipe.ts";

export type { DatasetSummary } from "../train/load-dataset.ts";

/** Where the arithmetic runs, fastest first on a machine with a good GPU. */
export const backendNames = ["webgpu", "webgl", "simd", "cpu"] as const;
export type BackendName = (typeof backendNames)[number];

export interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** How far a run goes before it pauses by itself. */
export type Until = "end" | "epoch" | "step";

/**
 * To the training worker. It keeps one dataset and at most one run. `run` and `look` are numbers that the window
 * chooses, ever larger, so that news of what it has given up can be ignored. Graphs cross, never plans: the worker
 * compiles again.
 */
export type Order =
  /** Load or make a dataset; answered by `data` or `dataRefused`. Files only for `folder`. */
  | { readonly type: "data"; readonly choice: DataChoice; readonly files?: readonly NamedBytes[] }
  /** Show one image of the test set through the design without training; answered by `maps`. */
  | {
      readonly type: "look";
      readonly look: number;
      readonly design: Design;
      readonly weights?: Weights;
      readonly seed: number;
    }
  /** Which image of the test set the maps show, and of which node all maps and kernels are wanted. Holds until changed. */
  | { readonly type: "watch"; readonly image: number; readonly focus?: string }
  | {
      readonly type: "train";
      readonly run: number;
      readonly design: Design;
      readonly recipe: Recipe;
      readonly backend: BackendName | "auto";
      /** Where to start; initial weights from the recipe's seed when left out. */
      readonly weights?: Weights;
      readonly until: Until;
    }
  | { readonly type: "pause"; readonly run: number }
  | { readonly type: "continue"; readonly run: number; readonly until: Until }
  | { readonly type: "stop"; readonly run: number };

/** The maps of one node for the watched image. */
export interface FeatureMaps {
  readonly node: string;
  readonly shape: Shape;
  /** How many maps (channels) are here: up to 8, all of them for the focus. Vectors come whole, as one map of 1 × n. */
  readonly count: number;
  /** Map after map, row by row. */
  readonly values: Float32Array;
}

export interface Kernels {
  readonly node: string;
  /** [height, width, in, out], as stored. */
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Which class a network of two inputs sees where, over the dataset's `plane`. */
export interface Surface {
  /** Cells along each side. */
  readonly size: number;
  /** The most probable class of each cell, row by row from the top (the highest second input). */
  readonly classes: Uint8Array;
  /** Its probability. */
  readonly certainty: Float32Array;
}

export interface Score {
  readonly loss: number;
  readonly accuracy: number;
}

/** Where a run stands: `step` of `steps` in this epoch. */
export interface Progress {
  readonly epoch: number;
  readonly step: number;
  readonly steps: number;
  /** Means over the epoch so far. */
  readonly score: Score;
  readonly imagesPerSecond: number;
  readonly secondsLeft: number;
}

export interface EpochReport extends Score {
  /** From 1. */
  readonly epoch: number;
  readonly valLoss: number | null;
  readonly valAccuracy: number | null;
  readonly seconds: number;
}

/** What the backend measurement found; `imagesPerSecond` is null where the backend does not work here. */
export interface BackendTrial {
  readonly name: BackendName;
  readonly imagesPerSecond: number | null;
}

/** From the training worker. Every run ends with exactly one `ended`. */
export type News =
  | { readonly type: "ready" }
  | { readonly type: "data"; readonly dataset: DatasetSummary }
  | { readonly type: "dataRefused"; readonly message: string }
  | {
      readonly type: "maps";
      readonly look?: number;
      readonly run?: number;
      readonly maps: readonly FeatureMaps[];
      readonly kernels?: Kernels;
      readonly surface?: Surface;
      readonly label: number;
    }
  | { readonly type: "measuring"; readonly run: number; readonly backend: BackendName }
  /** `detail` is for the status bar: `SIMD ×2`. Trials are empty when the user named the backend. */
  | {
      readonly type: "backend";
      readonly run: number;
      readonly name: BackendName;
      readonly detail: string;
      readonly trials: readonly BackendTrial[];
    }
  /** A few times a second. */
  | ({ readonly type: "progress"; readonly run: number } & Progress)
  | { readonly type: "epoch"; readonly run: number; readonly report: EpochReport }
  | { readonly type: "paused"; readonly run: number }
  | {
      readonly type: "ended";
      readonly run: number;
      /**
       * `diverged`: the loss became NaN or infinite; the weights are the last finite ones. `failed`: they are the last good
       * ones, or those that it was to go on from.
       */
      readonly why: "done" | "early" | "stopped" | "diverged" | "failed";
      readonly message?: string;
      readonly weights?: Weights;
      readonly test?: Score;
      readonly imagesPerSecond?: number;
    }
  /** A bug of ours outside a run, in words. */
  | { readonly type: "broken"; readonly message: string };

/** What really comes out of the worker: news, and weights for the trainer to keep in case the worker dies. */
export type FromWorker = News | { readonly type: "kept"; readonly run: number; readonly weights: Weights };
