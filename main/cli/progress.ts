import { duration, grouped } from "../../shared/emit/figures.ts";
import type { EpochReport, Progress } from "../../shared/protocol/training.ts";
import type { Io } from "./io.ts";

export interface ProgressLine {
  moved(moment: Progress): void;
  epochDone(report: EpochReport): void;
  /** Leaves the terminal's line free for what comes next. */
  close(): void;
}

/** A bar that is drawn over on a terminal; one line per epoch where there is none, so that a log stays readable. */
export function progressLine(io: Io, epochs: number): ProgressLine {
  const width = io.terminalWidth;
  if (width === undefined)
    return {
      moved: () => {},
      epochDone: (it) => io.err(`epoch ${it.epoch}/${epochs}  ${figures(it)}  ${duration(it.seconds)}\n`),
      close: () => {},
    };
  return {
    moved: (it) => io.err(`\r${barOf(it, epochs, width - 1)}\u001b[K`),
    epochDone: () => {},
    close: () => io.err("\r\u001b[K"),
  };
}

/** The bar in at most `width` columns. */
export function barOf(moment: Progress, epochs: number, width: number): string {
  const { epoch, step, steps, score, imagesPerSecond, secondsLeft } = moment;
  const share = step / Math.max(steps, 1);
  const cells = 20;
  const full = Math.round(share * cells);
  const parts = [
    `epoch ${epoch}/${epochs}`,
    "█".repeat(full) + "░".repeat(cells - full),
    `loss ${score.loss.toFixed(3)}`,
    `accuracy ${score.accuracy.toFixed(3)}`,
    `${grouped(Math.round(imagesPerSecond))} examples/s`,
    `${duration(secondsLeft)} left`,
  ];
  return [...parts.join("  ")].slice(0, Math.max(width, 0)).join("");
}

const figures = ({ loss, accuracy, valLoss, valAccuracy }: EpochReport): string =>
  [
    `loss ${loss.toFixed(4)}  accuracy ${accuracy.toFixed(4)}`,
    ...(valLoss === null || valAccuracy === null
      ? []
      : [`validation loss ${valLoss.toFixed(4)}  accuracy ${valAccuracy.toFixed(4)}`]),
  ].join("  ");
