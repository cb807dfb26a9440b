import { duration, grouped } from "../../../shared/emit/figures.ts";
import type { RunRecord } from "../../state/runs.ts";

/** How a run stands, in one or two sentences. */
export function runWords(record: RunRecord): string {
  const { status, recipe, epoch, step, steps, trying } = record;
  switch (status) {
    case "measuring":
      return trying ? `Trying a few steps on ${trying} to find the fastest backend.` : "Getting ready.";
    case "running":
      return epoch === 0
        ? "Starting."
        : `Epoch ${epoch} of ${recipe.epochs}, step ${step} of ${steps}.${pace(record)}`;
    case "paused":
      return epoch === 0
        ? "Paused before the first step."
        : `Paused in epoch ${epoch} of ${recipe.epochs}, after step ${step} of ${steps}.`;
    case "ended":
      return endWords(record);
  }
}

function pace({ imagesPerSecond, secondsLeft }: RunRecord): string {
  if (imagesPerSecond === undefined || secondsLeft === undefined) return "";
  return ` ${grouped(Math.round(imagesPerSecond))} examples/s, ${duration(secondsLeft)} left.`;
}

function endWords(record: RunRecord): string {
  const { why, message, epochs, recipe, importedFrom } = record;
  if (importedFrom !== undefined) return `Weights imported from ${importedFrom}.`;
  const last = epochs.at(-1)?.epoch ?? 0;
  switch (why) {
    case "done":
      return `Done: ${last} ${last === 1 ? "epoch" : "epochs"} in ${duration(secondsOf(record))}.`;
    case "early":
      return (
        message ??
        `Stopped early after epoch ${last}: the validation loss had not improved for ${recipe.earlyStopping.patience} epochs. ${bestKept(record)}`
      );
    case "stopped":
      return last > 0
        ? `Stopped after epoch ${last}; weights kept.`
        : "Stopped in the first epoch; weights kept.";
    case "diverged":
      return (
        message ??
        `The loss became NaN in epoch ${last + 1}; the last finite weights are kept. Lower the learning rate (${recipe.optimizer.rate}).`
      );
    default:
      return message ?? "The run failed.";
  }
}

const secondsOf = ({ epochs }: RunRecord): number => epochs.reduce((sum, it) => sum + it.seconds, 0);

function bestKept({ epochs }: RunRecord): string {
  const best = epochs.toSorted(
    (a, b) => (a.valLoss ?? Number.POSITIVE_INFINITY) - (b.valLoss ?? Number.POSITIVE_INFINITY),
  )[0];
  return best ? `The weights of epoch ${best.epoch} are kept.` : "";
}

/** Why a run's lines break off, beside its chart; undefined where they do not. */
export const breakWords = ({ why, design, epochs, recipe }: RunRecord): string | undefined =>
  why === "diverged"
    ? `${design.name}: NaN in epoch ${(epochs.at(-1)?.epoch ?? 0) + 1}. Lower the learning rate (${recipe.optimizer.rate}).`
    : undefined;

/** Whether the words tell of trouble. */
export const isTrouble = ({ why }: RunRecord): boolean => why === "diverged" || why === "failed";
