// Softmax along rows, its gradient, and the cross-entropy of logits with labels.

import { ownScratch } from "./thread";
import { exponential, logarithm } from "./transcendental";
import { LANES, VECTOR_BYTES, across, firstLanes, floats, shareStart, storePart, zero } from "./vector";

@unmanaged
class SoftmaxArguments {
  rows: i32;
  columns: i32;
  x: usize;
  out: usize;
}

/** Place of the largest value, the first of equal ones; NaN never wins. */
function strongest(row: usize, columns: i32): i32 {
  let best = 0, most = load<f32>(row);
  for (let c = 1; c < columns; c++) {
    const value = load<f32>(row + floats(c));
    if (value > most) {
      most = value;
      best = c;
    }
  }
  return best;
}

/** out[c] = e^(x[c] − most); returns the sum. */
function powers(x: usize, columns: i32, most: f32, out: usize): f32 {
  let sum = zero();
  const shift = f32x4.splat(most), rest = firstLanes(columns & (LANES - 1)), whole = columns & ~(LANES - 1);
  for (let c = 0; c < columns; c += LANES) {
    const power = exponential(f32x4.sub(v128.load(x + floats(c)), shift));
    storePart(out + floats(c), power, columns - c);
    sum = f32x4.add(sum, c < whole ? power : v128.and(power, rest));
  }
  return across(sum);
}

/** The threads share the rows. */
export function softmax(at: usize, share: i32, shares: i32): void {
  const job = changetype<SoftmaxArguments>(at);
  const columns = job.columns, rowBytes = floats(columns), end = shareStart(job.rows, share + 1, shares);
  for (let row = shareStart(job.rows, share, shares); row < end; row++) {
    const x = job.x + <usize>row * rowBytes, out = job.out + <usize>row * rowBytes;
    const sum = f32x4.splat(powers(x, columns, load<f32>(x + floats(strongest(x, columns))), out));
    for (let c = 0; c < columns; c += LANES) storePart(out + floats(c), f32x4.div(v128.load(out + floats(c)), sum), columns - c);
  }
}

@unmanaged
class SoftmaxGradientArguments {
  rows: i32;
  columns: i32;
  y: usize;
  dy: usize;
  dx: usize;
}

/** dx = y · (dy − Σ dy·y). The threads share the rows. */
export function softmaxGradient(at: usize, share: i32, shares: i32): void {
  const job = changetype<SoftmaxGradientArguments>(at);
  const columns = job.columns, rowBytes = floats(columns), end = shareStart(job.rows, share + 1, shares);
  const rest = firstLanes(columns & (LANES - 1)), whole = columns & ~(LANES - 1);
  for (let row = shareStart(job.rows, share, shares); row < end; row++) {
    const start = <usize>row * rowBytes, y = job.y + start, dy = job.dy + start, dx = job.dx + start;
    let sum = zero();
    for (let c = 0; c < columns; c += LANES) {
      const product = f32x4.mul(v128.load(y + floats(c)), v128.load(dy + floats(c)));
      sum = f32x4.add(sum, c < whole ? product : v128.and(product, rest));
    }
    const along = f32x4.splat(across(sum));
    for (let c = 0; c < columns; c += LANES) {
      const o = floats(c);
      storePart(dx + o, f32x4.mul(v128.load(y + o), f32x4.sub(v128.load(dy + o), along)), columns - c);
    }
  }
}

@unmanaged
class CrossEntropyArguments {
  rows: i32;
  columns: i32;
  logits: usize;
  /** [rows], 32-bit whole numbers. */
  labels: usize;
  /** [rows, 2]: loss of each row, and 1 where its largest logit is the label's, else 0. */
  found: usize;
  /** Gradient of the mean loss; 0 where it is not wanted. */
  gradient: usize;
  scratch: usize;
  scratchBytes: usize;
}

/** Of one thread: the probabilities of a row. */
export function crossEntropyScratchBytes(columns: i32): usize {
  return floats(columns + LANES) + VECTOR_BYTES;
}

/** The threads share the rows. */
export function crossEntropy(at: usize, share: i32, shares: i32): void {
  const job = changetype<CrossEntropyArguments>(at);
  const columns = job.columns, rowBytes = floats(columns), end = shareStart(job.rows, share + 1, shares);
  const spare = ownScratch(job.scratch, job.scratchBytes);
  for (let row = shareStart(job.rows, share, shares); row < end; row++) {
    const logits = job.logits + <usize>row * rowBytes, label = load<i32>(job.labels + floats(row));
    const out = job.gradient ? job.gradient + <usize>row * rowBytes : spare;
    const best = strongest(logits, columns), most = load<f32>(logits + floats(best));
    const labelled = load<f32>(logits + floats(label)), sum = powers(logits, columns, most, out);
    const found = job.found + 2 * floats(row), log = f32x4.extract_lane(logarithm(f32x4.splat(sum)), 0);
    store<f32>(found, log + (most - labelled));
    store<f32>(found, best == label ? 1 : 0, 4);
    if (!job.gradient) continue;
    const divisor = f32x4.splat(sum), images = f32x4.splat(<f32>job.rows);
    for (let c = 0; c < columns; c += LANES) {
      const probability = f32x4.div(v128.load(out + floats(c)), divisor);
      storePart(out + floats(c), f32x4.div(probability, images), columns - c);
    }
    const at = out + floats(label), probability = exponential(f32x4.splat(labelled - most));
    store<f32>(at, (f32x4.extract_lane(probability, 0) / sum - 1) / <f32>job.rows);
  }
}
