import type { Plan } from "../compile/plan.ts";
import type { Weights } from "../compile/weights.ts";
import type { EpochReport, Progress, Score } from "../protocol/training.ts";
import type { Dataset } from "../train/dataset.ts";
import type { Recipe } from "../train/recipe.ts";
import type { Network } from "./build.ts";
import type { Gate } from "./control.ts";
import type { Trainer } from "./trainer.ts";

/** Handed in, because shared code has no clock of its own. */
export interface Time {
  /** Milliseconds since any moment. */
  now(): number;
  /**
   * Lets waiting messages in and returns at once: a MessageChannel or setImmediate. Not an animation frame, which
   * would allow 60 steps a second.
   */
  breathe(): Promise<void>;
  after(ms: number): Promise<void>;
}

/** What a run tells while it lasts. */
export interface Listener {
  progress?(progress: Progress): void;
  epoch?(report: EpochReport): void;
  paused?(): void;
  /** Weights known to be good: every few seconds, in case the process does not live to the end, and when the run breaks off. */
  keep?(weights: Weights): void;
  /** Called between steps, some 40 times a second; `still` when the run is about to pause. May look, not change. */
  rest?(network: Network, still: boolean): Promise<void>;
}

export interface Job {
  /** Ready, and compiled for the dataset. */
  readonly plan: Plan;
  readonly dataset: Dataset;
  readonly recipe: Recipe;
  readonly weights: Weights;
  readonly control: Gate;
  readonly time: Time;
  readonly listener?: Listener;
  /** `tape` where the general way of training is wanted although the compiled one works. */
  readonly path?: Trainer["path"] | undefined;
}

export interface Outcome {
  readonly why: "done" | "early" | "stopped" | "diverged";
  /** After `diverged` the last ones known to be good; with early stopping the best ones. */
  readonly weights: Weights;
  readonly epochs: readonly EpochReport[];
  /** Left out after `diverged`, and after `stopped` where measuring would take too long. */
  readonly test?: Score;
  readonly imagesPerSecond: number;
}
