/** How well a batch or an epoch was classified. */
export interface Measured {
  /** Mean softmax cross-entropy, natural logarithm. */
  readonly loss: number;
  /** Share of examples whose largest logit is that of their class. */
  readonly accuracy: number;
}

/**
 * Probabilities of one row of logits: exp(zᵢ − max) / Σ exp(zⱼ − max), so that no finite logit overflows.
 * A NaN among the logits makes every probability NaN.
 */
export function softmax(logits: Float32Array): Float32Array {
  const highest = logits.reduce((most, it) => Math.max(most, it), Number.NEGATIVE_INFINITY);
  const powers = Float64Array.from(logits, (it) => Math.exp(it - highest));
  const sum = powers.reduce((total, it) => total + it, 0);
  return Float32Array.from(powers, (it) => it / sum);
}

/**
 * Mean softmax cross-entropy and accuracy of `labels.length` rows of logits [example, class].
 * Computed from logits as log Σ exp(zⱼ − max) + max − z_label (the log-sum-exp trick), because the logarithm of a
 * rounded probability is lost where the net is surely wrong. A NaN logit makes the loss NaN, so that divergence
 * shows; an infinite one makes it NaN or infinite. No examples: loss and accuracy 0.
 */
export function measure(logits: Float32Array, labels: Uint8Array): Measured {
  const classes = labels.length === 0 ? 0 : logits.length / labels.length;
  let loss = 0;
  let right = 0;
  for (const [example, label] of labels.entries()) {
    const row = logits.subarray(example * classes, (example + 1) * classes);
    loss += crossEntropy(row, label);
    if (strongest(row) === label) right++;
  }
  const count = Math.max(1, labels.length);
  return { loss: loss / count, accuracy: right / count };
}

/** −log of the probability that one row of logits gives to `label`. */
function crossEntropy(row: Float32Array, label: number): number {
  const highest = row.reduce((most, it) => Math.max(most, it), Number.NEGATIVE_INFINITY);
  const sum = row.reduce((total, it) => total + Math.exp(it - highest), 0);
  return Math.log(sum) + highest - (row[label] ?? Number.NaN);
}

/** Index of the largest value; the first of equals, as argmax in Keras, PyTorch and tfjs. NaN never wins. */
export function strongest(row: Float32Array): number {
  let best = 0;
  for (const [index, value] of row.entries()) if (value > (row[best] ?? Number.NaN)) best = index;
  return best;
}

/** How often examples of class `row` were taken for class `column`: [true class, said class], row by row. */
export interface Confusion {
  readonly classes: number;
  readonly counts: Uint32Array;
}

export function confusionOf(logits: Float32Array, labels: Uint8Array, classes: number): Confusion {
  const counts = new Uint32Array(classes * classes);
  for (const [example, label] of labels.entries()) {
    const cell = label * classes + strongest(logits.subarray(example * classes, (example + 1) * classes));
    counts[cell] = (counts[cell] ?? 0) + 1;
  }
  return { classes, counts };
}

/** The confusion of two sets of examples together. */
export const mergeConfusion = (a: Confusion, b: Confusion): Confusion => ({
  classes: a.classes,
  counts: a.counts.map((count, cell) => count + (b.counts[cell] ?? 0)),
});

/** Sums of what was measured so far; `meanOf` reads it. Batches of unequal size weigh by their examples. */
export interface Running {
  readonly examples: number;
  readonly lossSum: number;
  readonly rightSum: number;
}

export const nothingMeasured: Running = { examples: 0, lossSum: 0, rightSum: 0 };

export const andMeasured = (running: Running, examples: number, { loss, accuracy }: Measured): Running => ({
  examples: running.examples + examples,
  lossSum: running.lossSum + loss * examples,
  rightSum: running.rightSum + accuracy * examples,
});

export const meanOf = ({ examples, lossSum, rightSum }: Running): Measured => ({
  loss: examples === 0 ? 0 : lossSum / examples,
  accuracy: examples === 0 ? 0 : rightSum / examples,
});
