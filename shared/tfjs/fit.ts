import * as tf from "@tensorflow/tfjs-core";
import type { Plan } from "../compile/plan.ts";
import type { Weights } from "../compile/weights.ts";
import type { Shape } from "../nodes/shape.ts";
import type { EpochReport, Score } from "../protocol/training.ts";
import { countOf, type Dataset, trainingCount } from "../train/dataset.ts";
import { batches, epochOrder } from "../train/order.ts";
import type { Recipe } from "../train/recipe.ts";
import { allFinite, buildNetwork, type Network, readWeights, type Snapshot } from "./build.ts";
import type { Gate } from "./control.ts";
import { evaluate, inputShape } from "./evaluate.ts";
import { pick } from "./examples.ts";
import { createGuard, type Guard } from "./guard.ts";
import { createMeter, type Meter, type Sums } from "./loss.ts";
import { optimizerFor } from "./optimizer.ts";
import { createPace, type Pace } from "./pace.ts";
import { trainOn } from "./step.ts";

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

export interface Progress {
  readonly epoch: number;
  readonly step: number;
  readonly steps: number;
  /** Means over the epoch so far. */
  readonly score: Score;
  readonly imagesPerSecond: number;
  readonly secondsLeft: number;
}

/** What a run tells while it lasts. */
export interface Listener {
  progress?(progress: Progress): void;
  epoch?(report: EpochReport): void;
  paused?(): void;
  /** Weights known to be good, every few seconds, in case the process does not live to the end. */
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

// A stop must be answered within 200 ms, and the window expects progress about ten times a second.
const restEveryMs = 25;
const progressEveryMs = 100;
const keepEveryMs = 3000;
const testAfterStopSeconds = 0.1;
/** Steps between two looks at the loss on behalf of the guard. */
const markEvery = 8;

/**
 * Trains on the current backend: softmax cross-entropy of the output's logits, mean over the batch. The last batch of
 * an epoch holds what is left, so that every image counts once. Same job, same backend: same weights, to the bit;
 * pauses and stops change when things happen, not what happens. A loss that is not finite ends the run.
 */
export async function train(job: Job): Promise<Outcome> {
  const run = begin(job);
  try {
    const why = await allEpochs(run);
    return await outcome(run, why);
  } finally {
    tf.dispose([...(run.best?.snapshot ?? [])]);
    run.guard.dispose();
    run.meter.dispose();
    run.optimizer.dispose();
    run.network.dispose();
  }
}

type Halt = "stopped" | "diverged";

/** A run under way. */
interface Run {
  readonly job: Job;
  readonly network: Network;
  readonly optimizer: tf.Optimizer;
  readonly meter: Meter;
  readonly guard: Guard;
  readonly pace: Pace;
  readonly shape: Shape;
  /** Examples before this one train, the others validate. */
  readonly trainCount: number;
  readonly reports: EpochReport[];
  best: { readonly loss: number; readonly epoch: number; readonly snapshot: Snapshot } | undefined;
  place: { readonly epoch: number; readonly step: number; readonly steps: number };
  /** This epoch's measurements when they were last read. */
  sums: Sums;
  /** Images trained on since `restedAt`. */
  images: number;
  restedAt: number;
  toldAt: number;
  keptAt: number;
  pausedMs: number;
  validationMs: number;
}

function begin(job: Job): Run {
  const { plan, recipe, weights, dataset, time } = job;
  const network = buildNetwork(plan, weights, recipe.seed);
  const now = time.now();
  return {
    job,
    network,
    optimizer: optimizerFor(recipe.optimizer),
    meter: createMeter(),
    guard: createGuard(network, weights),
    pace: createPace(),
    shape: inputShape(network),
    trainCount: trainingCount(countOf(dataset.train), recipe.validation),
    reports: [],
    best: undefined,
    place: { epoch: 1, step: 0, steps: 0 },
    sums: { loss: 0, right: 0, images: 0 },
    images: 0,
    restedAt: now,
    toldAt: Number.NEGATIVE_INFINITY,
    keptAt: now,
    pausedMs: 0,
    validationMs: 0,
  };
}

async function allEpochs(run: Run): Promise<Outcome["why"]> {
  const { recipe, control, listener } = run.job;
  for (let epoch = 1; epoch <= recipe.epochs; epoch++) {
    const report = await oneEpoch(run, epoch);
    if (typeof report === "string") return report;
    run.reports.push(report);
    listener?.epoch?.(report);
    if (recipe.earlyStopping.on && noLongerBetter(run, report)) return "early";
    if (epoch === recipe.epochs) break;
    control.reached("epoch");
    if (control.due && !(await yieldNow(run))) return "stopped";
  }
  return "done";
}

async function oneEpoch(run: Run, epoch: number): Promise<EpochReport | Halt> {
  const { recipe, time, control } = run.job;
  const start = time.now() - run.pausedMs;
  run.meter.reset();
  const steps = batches(epochOrder(run.trainCount, recipe.seed, epoch), recipe.batch);
  for (const [index, chosen] of steps.entries()) {
    trainOn(run.network, run.meter, run.optimizer, () => pick(run.job.dataset.train, run.shape, chosen));
    run.images += chosen.length;
    run.place = { epoch, step: index + 1, steps: steps.length };
    control.reached("step");
    const halt = await afterStep(run);
    if (halt) return halt;
  }
  const { loss, right, images } = await run.meter.read();
  if (!Number.isFinite(loss)) return "diverged";
  const validation = await validate(run);
  if (validation === "stopped") return validation;
  if (validation && !Number.isFinite(validation.loss)) return "diverged";
  return {
    epoch,
    loss: loss / images,
    accuracy: right / images,
    valLoss: validation?.loss ?? null,
    valAccuracy: validation?.accuracy ?? null,
    seconds: (time.now() - run.pausedMs - start) / 1000,
  };
}

/** Looks at the loss when the guard or the clock wants it, then lets others have the thread. */
async function afterStep(run: Run): Promise<Halt | undefined> {
  const { control, time } = run.job;
  const marking = run.network.moment.step % markEvery === 0;
  const resting = control.due || time.now() - run.restedAt >= restEveryMs;
  if (!marking && !resting) return undefined;
  run.sums = await run.meter.read();
  if (!Number.isFinite(run.sums.loss)) return "diverged";
  if (marking) run.guard.mark();
  if (!resting) return undefined;
  clockIn(run);
  if (control.due || time.now() - run.toldAt >= progressEveryMs) tellProgress(run);
  if (time.now() - run.keptAt >= keepEveryMs) {
    run.job.listener?.keep?.(await run.guard.lastGood());
    run.keptAt = time.now();
  }
  return (await yieldNow(run)) ? undefined : "stopped";
}

/** Lets messages in, shows the network, waits while paused. False: stop. */
async function yieldNow(run: Run): Promise<boolean> {
  const { control, time, listener } = run.job;
  await time.breathe();
  await listener?.rest?.(run.network, control.due);
  const from = time.now();
  const going = await control.pass(async () => listener?.paused?.());
  const paused = time.now() - from;
  run.pausedMs += paused;
  run.restedAt += paused;
  return going;
}

async function validate(run: Run): Promise<Score | undefined | "stopped"> {
  const { dataset, time } = run.job;
  const to = countOf(dataset.train);
  if (run.trainCount >= to) return undefined;
  clockIn(run);
  const start = time.now() - run.pausedMs;
  const score = await evaluate(run.network, dataset.train, { from: run.trainCount, to }, () =>
    restWhileMeasuring(run),
  );
  run.validationMs = time.now() - run.pausedMs - start;
  run.restedAt = time.now();
  return score ?? "stopped";
}

async function restWhileMeasuring(run: Run): Promise<boolean> {
  const { control, time } = run.job;
  if (!control.due && time.now() - run.restedAt < restEveryMs) return true;
  run.restedAt = time.now();
  return yieldNow(run);
}

function clockIn(run: Run): void {
  const now = run.job.time.now();
  run.pace.worked(now - run.restedAt, run.images);
  run.images = 0;
  run.restedAt = now;
}

function tellProgress(run: Run): void {
  const { recipe, listener, time } = run.job;
  const { epoch, step, steps } = run.place;
  const { loss, right, images } = run.sums;
  const imagesPerSecond = run.pace.lately();
  const imagesLeft =
    run.trainCount * (recipe.epochs - epoch + 1) - Math.min(step * recipe.batch, run.trainCount);
  const validations = recipe.epochs - epoch + 1;
  listener?.progress?.({
    epoch,
    step,
    steps,
    score: { loss: loss / images, accuracy: right / images },
    imagesPerSecond,
    secondsLeft: imagesLeft / imagesPerSecond + (validations * run.validationMs) / 1000,
  });
  run.toldAt = time.now();
}

/** Remembers the best epoch; true when `patience` epochs have brought no better one. Without validation the training loss counts. */
function noLongerBetter(run: Run, report: EpochReport): boolean {
  const loss = report.valLoss ?? report.loss;
  if (run.best && loss >= run.best.loss)
    return report.epoch - run.best.epoch >= run.job.recipe.earlyStopping.patience;
  tf.dispose([...(run.best?.snapshot ?? [])]);
  run.best = { loss, epoch: report.epoch, snapshot: run.network.snapshot() };
  return false;
}

async function outcome(run: Run, why: Outcome["why"]): Promise<Outcome> {
  const { network, guard, best, reports, job } = run;
  const told = { epochs: reports, imagesPerSecond: run.pace.overall() };
  const { test } = job.dataset;
  if (best && why !== "stopped" && why !== "diverged") network.restore(best.snapshot);
  const weights = why === "diverged" ? undefined : await readWeights(network);
  // The very last step may have been the one that broke them.
  if (!weights || !allFinite(weights)) return { why: "diverged", weights: await guard.lastGood(), ...told };
  const tooLong = why === "stopped" && countOf(test) > testAfterStopSeconds * run.pace.overall();
  if (tooLong || countOf(test) === 0) return { why, weights, ...told };
  const score = await evaluate(network, test, { from: 0, to: countOf(test) }, () =>
    why === "stopped" ? Promise.resolve(true) : restWhileMeasuring(run),
  );
  return { why, weights, ...told, ...(score ? { test: score } : {}) };
}
