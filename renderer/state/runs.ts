import type { Weights } from "../../shared/compile/weights.ts";
import type { Design } from "../../shared/graph/graph.ts";
import type { BackendName, BackendTrial, EpochReport, News, Score } from "../../shared/protocol/training.ts";
import type { Recipe } from "../../shared/train/recipe.ts";

/** A point of the streaming curves; `at` counts epochs and is a fraction within one. */
export interface ProgressPoint extends Score {
  readonly at: number;
}

/** What is known of a design's latest training run. */
export interface RunRecord {
  readonly run: number;
  readonly status: "measuring" | "running" | "paused" | "ended";
  /** The design and the recipe as they were when the run began; the canvas may have moved on. */
  readonly design: Design;
  readonly recipe: Recipe;
  /** Training examples that one epoch shows, for "of 54,000"; the rest measures. */
  readonly step: number;
  readonly steps: number;
  /** From 1; 0 before the first step. */
  readonly epoch: number;
  readonly points: readonly ProgressPoint[];
  readonly epochs: readonly EpochReport[];
  /** Which backend is being tried, while `measuring`. */
  readonly trying?: BackendName;
  readonly backend?: {
    readonly name: BackendName;
    readonly detail: string;
    readonly trials: readonly BackendTrial[];
  };
  readonly imagesPerSecond?: number;
  readonly secondsLeft?: number;
  readonly why?: Extract<News, { type: "ended" }>["why"];
  readonly message?: string;
  readonly weights?: Weights;
  readonly test?: Score;
  /** The weights were not trained here: the file they were imported from. */
  readonly importedFrom?: string;
}

export const isActive = (run: RunRecord | undefined): run is RunRecord =>
  run !== undefined && run.status !== "ended";

/** Share of the whole run that is done, 0 to 1. */
export const fractionDone = ({ epoch, step, steps, recipe, status, why }: RunRecord): number =>
  status === "ended" && why === "done"
    ? 1
    : Math.min(1, (Math.max(0, epoch - 1) + (steps ? step / steps : 0)) / recipe.epochs);

/** The latest epoch report, for tables and summaries. */
export const latestEpoch = ({ epochs }: RunRecord): EpochReport | undefined => epochs.at(-1);

export const startedRun = (run: number, design: Design, recipe: Recipe): RunRecord => ({
  run,
  status: "measuring",
  design,
  recipe,
  step: 0,
  steps: 0,
  epoch: 0,
  points: [],
  epochs: [],
});

/** Imported weights are kept as if a run had just ended with them. */
export const importedRun = (
  run: number,
  design: Design,
  recipe: Recipe,
  { weights, from }: { readonly weights: Weights; readonly from: string },
): RunRecord => ({ ...startedRun(run, design, recipe), status: "ended", weights, importedFrom: from });

type RunNews = Extract<News, { type: "measuring" | "backend" | "progress" | "epoch" | "paused" | "ended" }>;

/** The record after a piece of news about it. */
export function afterNews(run: RunRecord, news: RunNews): RunRecord {
  switch (news.type) {
    case "measuring":
      return { ...run, status: "measuring", trying: news.backend };
    case "backend": {
      const { name, detail, trials } = news;
      return { ...run, status: "running", backend: { name, detail, trials } };
    }
    case "progress": {
      const { epoch, step, steps, score, imagesPerSecond, secondsLeft } = news;
      const point = { at: epoch - 1 + (steps ? step / steps : 0), ...score };
      return {
        ...run,
        status: run.status === "paused" ? "paused" : "running",
        epoch,
        step,
        steps,
        imagesPerSecond,
        secondsLeft,
        points: thinned([...run.points, point]),
      };
    }
    case "epoch":
      return { ...run, epoch: news.report.epoch, step: run.steps, epochs: [...run.epochs, news.report] };
    case "paused":
      return { ...run, status: "paused" };
    case "ended": {
      const { why, message, weights, test, imagesPerSecond } = news;
      return {
        ...run,
        status: "ended",
        why,
        ...(message === undefined ? {} : { message }),
        ...(weights ? { weights } : {}),
        ...(test ? { test } : {}),
        ...(imagesPerSecond === undefined ? {} : { imagesPerSecond }),
      };
    }
  }
}

const mostPoints = 4000;

// A night of training must not slow the curves down: every second point of the older half goes.
function thinned(points: readonly ProgressPoint[]): readonly ProgressPoint[] {
  if (points.length <= mostPoints) return points;
  const half = mostPoints / 2;
  return points.filter((_, index) => index >= half || index % 2 === 0);
}
