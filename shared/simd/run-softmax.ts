// Softmax along rows and the cross-entropy of logits, on arrays given by address.

import { Kernel } from "./kernels/protocol.ts";
import type { Launcher } from "./launcher.ts";

/** An exponential takes about as long as so many vector operations. */
const exponentialWork = 4;

/** out [rows, columns]; `out` may be `x`. */
export function runSoftmax(launcher: Launcher, rows: number, columns: number, x: number, out: number): void {
  launcher.run(Kernel.softmax, sharesFor(launcher, rows, columns), [rows, columns, x, out]);
}

/** dx = y · (dy − Σ dy·y) along every row; `dx` may be `dy`. */
export function runSoftmaxGradient(
  launcher: Launcher,
  rows: number,
  columns: number,
  y: number,
  dy: number,
  dx: number,
): void {
  launcher.run(Kernel.softmaxGradient, sharesFor(launcher, rows, columns), [rows, columns, y, dy, dx]);
}

export interface CrossEntropy {
  readonly rows: number;
  readonly columns: number;
  /** [rows, columns] */
  readonly logits: number;
  /** [rows], int32: the place of each row's class, less than `columns`. */
  readonly labels: number;
  /** [rows, 2], written: each row's loss, and 1 where its largest logit (the first of equal ones) is the label's, else 0. */
  readonly found: number;
  /** [rows, columns], written: gradient of the mean loss; 0 where it is not wanted. */
  readonly gradient: number;
}

export function runCrossEntropy(
  launcher: Launcher,
  { rows, columns, logits, labels, found, gradient }: CrossEntropy,
): void {
  const scratchBytes = launcher.module.crossEntropyScratchBytes(columns);
  const scratch = launcher.scratch(scratchBytes * launcher.slots);
  launcher.run(Kernel.crossEntropy, sharesFor(launcher, rows, columns), [
    ...[rows, columns, logits, labels, found, gradient, scratch, scratchBytes],
  ]);
}

const sharesFor = (launcher: Launcher, rows: number, columns: number): number =>
  rows > 1 ? launcher.sharesFor((rows * columns * exponentialWork) / 4) : 1;
