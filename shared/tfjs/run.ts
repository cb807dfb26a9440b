import * as tf from "@tensorflow/tfjs-core";
import type { EpochReport } from "../protocol/training.ts";
import { countOf, trainingCount } from "../train/dataset.ts";
import { buildNetwork, type Network, type Snapshot } from "./build.ts";
import { createGuard, type Guard } from "./guard.ts";
import type { Job } from "./job.ts";
import { createMeter, type Meter, type Sums } from "./loss.ts";
import { createPace, type Pace } from "./pace.ts";
import { createTrainer, type Trainer } from "./trainer.ts";

export type Halt = "stopped" | "diverged";

/** A run under way. */
export interface Run {
  readonly job: Job;
  readonly network: Network;
  readonly trainer: Trainer;
  readonly meter: Meter;
  readonly guard: Guard;
  readonly pace: Pace;
  /** Examples before this one train, the others validate. */
  readonly trainCount: number;
  readonly reports: EpochReport[];
  best: { readonly loss: number; readonly epoch: number; readonly snapshot: Snapshot } | undefined;
  place: { readonly epoch: number; readonly step: number; readonly steps: number };
  /** This epoch's measurements when they were last read. */
  sums: Sums;
  /** Images trained on since `clockedAt`. */
  images: number;
  /** Until then, training time is counted. */
  clockedAt: number;
  /** When others last had the thread. */
  restedAt: number;
  toldAt: number;
  keptAt: number;
  pausedMs: number;
  validationMs: number;
}

// A stop must be answered within 200 ms, and the window expects progress about ten times a second.
const restEveryMs = 25;
const progressEveryMs = 100;
const keepEveryMs = 3000;
/** Steps between two looks at the loss on behalf of the guard. */
const markEvery = 8;

export function begin(job: Job): Run {
  const { plan, recipe, weights, dataset, time } = job;
  const network = buildNetwork(plan, weights, recipe.seed);
  const meter = createMeter();
  const now = time.now();
  return {
    job,
    network,
    trainer: createTrainer(network, meter, recipe.optimizer, job.path),
    meter,
    guard: createGuard(network, weights),
    pace: createPace(),
    trainCount: trainingCount(countOf(dataset.train), recipe.validation),
    reports: [],
    best: undefined,
    place: { epoch: 1, step: 0, steps: 0 },
    sums: { loss: 0, right: 0, images: 0 },
    images: 0,
    clockedAt: now,
    restedAt: now,
    toldAt: Number.NEGATIVE_INFINITY,
    keptAt: now,
    pausedMs: 0,
    validationMs: 0,
  };
}

export function end({ best, guard, meter, trainer, network }: Run): void {
  tf.dispose([...(best?.snapshot ?? [])]);
  guard.dispose();
  meter.dispose();
  trainer.dispose();
  network.dispose();
}

/** Looks at the loss when the guard or the clock wants it, then lets others have the thread. */
export async function afterStep(run: Run): Promise<Halt | undefined> {
  const { control, time } = run.job;
  const marking = run.network.moment.step % markEvery === 0;
  const resting = control.due || time.now() - run.restedAt >= restEveryMs;
  if (!marking && !resting) return undefined;
  run.sums = await run.meter.read();
  if (!Number.isFinite(run.sums.loss)) return "diverged";
  if (marking) run.guard.mark();
  if (!resting) return undefined;
  clockIn(run);
  if (time.now() - run.toldAt >= progressEveryMs) tellProgress(run);
  if (time.now() - run.keptAt >= keepEveryMs) {
    run.job.listener?.keep?.(await run.guard.lastGood());
    run.keptAt = time.now();
  }
  return (await yieldNow(run)) ? undefined : "stopped";
}

/** Lets messages in, shows the network, waits while paused. False: stop. */
export async function yieldNow(run: Run): Promise<boolean> {
  const { control, time, listener } = run.job;
  await time.breathe();
  await listener?.rest?.(run.network, control.due);
  const from = time.now();
  const going = await control.pass(async () => {
    tellProgress(run);
    listener?.paused?.();
  });
  const paused = time.now() - from;
  run.pausedMs += paused;
  run.clockedAt += paused;
  run.restedAt = time.now();
  return going;
}

export async function restWhileMeasuring(run: Run): Promise<boolean> {
  const { control, time } = run.job;
  return control.due || time.now() - run.restedAt >= restEveryMs ? yieldNow(run) : true;
}

export function clockIn(run: Run): void {
  const now = run.job.time.now();
  run.pace.worked(now - run.clockedAt, run.images);
  run.images = 0;
  run.clockedAt = now;
}

function tellProgress(run: Run): void {
  const { recipe, listener, time } = run.job;
  const { epoch, step, steps } = run.place;
  const { loss, right, images } = run.sums;
  if (images === 0) return;
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
    secondsLeft: imagesLeft / Math.max(imagesPerSecond, 0.01) + (validations * run.validationMs) / 1000,
  });
  run.toldAt = time.now();
}
