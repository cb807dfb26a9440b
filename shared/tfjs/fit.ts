import * as tf from "@tensorflow/tfjs-core";
import type { EpochReport, Score } from "../protocol/training.ts";
import { countOf } from "../train/dataset.ts";
import { batches, epochOrder } from "../train/order.ts";
import { allFinite, readWeights } from "./build.ts";
import { evaluate } from "./evaluate.ts";
import type { Job, Outcome } from "./job.ts";
import { afterStep, begin, clockIn, end, type Halt, type Run, restWhileMeasuring, yieldNow } from "./run.ts";

/**
 * Trains on the current backend: softmax cross-entropy of the output's logits, mean over the batch. The last batch of
 * an epoch holds what is left, so that every image counts once. Same job, same backend: same weights, to the bit;
 * pauses and stops change when things happen, not what happens. A loss that is not finite ends the run. Before it throws,
 * because memory or a thread of the backend has gone, it hands its last good weights over.
 */
export async function train(job: Job): Promise<Outcome> {
  const run = begin(job);
  try {
    const why = await allEpochs(run);
    return await outcome(run, why);
  } catch (trouble) {
    await handOver(run);
    throw trouble;
  } finally {
    end(run);
  }
}

async function handOver({ job, guard, place }: Run): Promise<void> {
  const hasLearned = place.epoch > 1 || place.step > 0;
  if (!hasLearned) return;
  // A backend that can no longer be read adds nothing to the trouble; then what was handed over before must do.
  const weights = await guard.lastGood().catch(() => undefined);
  if (weights) job.listener?.keep?.(weights);
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
    run.trainer.step(run.job.dataset.train, chosen);
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
  run.clockedAt = time.now();
  return score ?? "stopped";
}

// A stop must be answered within 200 ms.
const testAfterStopSeconds = 0.1;

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
