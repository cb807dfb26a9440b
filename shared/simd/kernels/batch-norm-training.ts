// Batch normalisation in training: moments of every channel, normalisation by them, and the gradient (Ioffe & Szegedy
// 2015, section 3). Rows are the pixels of all images. They are split into parts whatever the number of threads, so that
// the sums are the same; moments of blocks and parts are joined by Chan, Golub & LeVeque's formula (1979), which is as
// exact as two passes and reads memory once.

import { mustPrepare, ownScratch } from "./thread";
import { LANES, floats, multiplyAdd, shareStart, storePart, wholeLines, wholeVectors, zero } from "./vector";

/** Rows whose moments are taken at once: those of a vector of channels stay in the first-level cache meanwhile. */
// @ts-ignore: decorator
@inline const BLOCK_ROWS: i32 = 128;

/** Of one part's moments or sums: two numbers for each channel. */
export function batchNormPartBytes(channels: i32): usize {
  return 2 * floats(wholeVectors(channels));
}

/** Of one thread: three numbers for each channel. */
export function batchNormTrainingScratchBytes(channels: i32): usize {
  return wholeLines(3 * floats(wholeVectors(channels)));
}

@unmanaged
class MomentsArguments {
  rows: i32;
  channels: i32;
  x: usize;
  /** For each part mean [channels] and sum of squared deviations [channels], in whole vectors. */
  partials: usize;
  parts: i32;
}

/** The threads share the parts. */
export function batchNormMoments(at: usize, share: i32, shares: i32): void {
  const job = changetype<MomentsArguments>(at);
  const rows = job.rows, channels = job.channels, rowBytes = floats(channels);
  const end = shareStart(job.parts, share + 1, shares);
  for (let part = shareStart(job.parts, share, shares); part < end; part++) {
    const means = job.partials + <usize>part * batchNormPartBytes(channels), squares = means + floats(wholeVectors(channels));
    const first = shareStart(rows, part, job.parts), last = shareStart(rows, part + 1, job.parts);
    for (let row = first; row < last; row += BLOCK_ROWS) {
      const count = min(last - row, BLOCK_ROWS);
      for (let c = 0; c < channels; c += LANES) {
        const o = floats(c), from = job.x + <usize>row * rowBytes + o;
        let mean = f32x4.div(sumOf(from, rowBytes, count), f32x4.splat(<f32>count)), square = deviationsOf(from, rowBytes, count, mean);
        if (row > first) {
          const before = <f32>(row - first), all = before + <f32>count;
          const was = v128.load(means + o), step = f32x4.sub(mean, was);
          square = f32x4.add(
            f32x4.add(v128.load(squares + o), square),
            f32x4.mul(f32x4.mul(step, step), f32x4.splat((before * <f32>count) / all)),
          );
          mean = f32x4.add(was, f32x4.mul(step, f32x4.splat(<f32>count / all)));
        }
        v128.store(means + o, mean);
        v128.store(squares + o, square);
      }
    }
  }
}

// @ts-ignore: decorator
@inline function sumOf(from: usize, step: usize, count: i32): v128 {
  let s0 = zero(), s1 = zero(), s2 = zero(), s3 = zero(), i = 0;
  for (; i + 4 <= count; i += 4) {
    s0 = f32x4.add(s0, v128.load(from));
    s1 = f32x4.add(s1, v128.load(from + step));
    s2 = f32x4.add(s2, v128.load(from + 2 * step));
    s3 = f32x4.add(s3, v128.load(from + 3 * step));
    from += 4 * step;
  }
  for (; i < count; i++) {
    s0 = f32x4.add(s0, v128.load(from));
    from += step;
  }
  return f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3));
}

// @ts-ignore: decorator
@inline function deviationsOf(from: usize, step: usize, count: i32, mean: v128): v128 {
  let s0 = zero(), s1 = zero(), s2 = zero(), s3 = zero(), i = 0;
  for (; i + 4 <= count; i += 4) {
    const a = f32x4.sub(v128.load(from), mean), b = f32x4.sub(v128.load(from + step), mean);
    const c = f32x4.sub(v128.load(from + 2 * step), mean), d = f32x4.sub(v128.load(from + 3 * step), mean);
    s0 = multiplyAdd(a, a, s0);
    s1 = multiplyAdd(b, b, s1);
    s2 = multiplyAdd(c, c, s2);
    s3 = multiplyAdd(d, d, s3);
    from += 4 * step;
  }
  for (; i < count; i++) {
    const a = f32x4.sub(v128.load(from), mean);
    s0 = multiplyAdd(a, a, s0);
    from += step;
  }
  return f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3));
}

@unmanaged
class BatchNormTrainingArguments extends MomentsArguments {
  /** 0 for none, which counts as ones and zeros. */
  gamma: usize;
  beta: usize;
  epsilon: f32;
  out: usize;
  /** Of this batch; written. */
  mean: usize;
  variance: usize;
  /** Moving averages, m·momentum + now·(1 − momentum); 0 for none. */
  movingMean: usize;
  movingVariance: usize;
  momentum: f32;
  scratch: usize;
  scratchBytes: usize;
}

/** Joins the parts' moments for normalising by them; the thread that has share 0 also stores them and moves the averages. */
function joinMoments(job: BatchNormTrainingArguments, share: i32, middles: usize, width: usize): void {
  const channels = job.channels, rows = job.rows, factors = middles + width, shifts = factors + width;
  for (let c = 0; c < channels; c += LANES) {
    const o = floats(c), lanes = channels - c;
    let from = job.partials + o, count = shareStart(rows, 1, job.parts);
    let mean = v128.load(from), square = v128.load(from + width);
    for (let part = 1; part < job.parts; part++) {
      from += batchNormPartBytes(channels);
      const end = shareStart(rows, part + 1, job.parts), more = <f32>(end - count), all = <f32>end;
      const step = f32x4.sub(v128.load(from), mean);
      square = f32x4.add(
        f32x4.add(square, v128.load(from + width)),
        f32x4.mul(f32x4.mul(step, step), f32x4.splat((<f32>count * more) / all)),
      );
      mean = f32x4.add(mean, f32x4.mul(step, f32x4.splat(more / all)));
      count = end;
    }
    const variance = f32x4.div(square, f32x4.splat(<f32>rows));
    const gamma = job.gamma ? v128.load(job.gamma + o) : f32x4.splat(1);
    v128.store(middles + o, mean);
    v128.store(factors + o, f32x4.div(gamma, f32x4.sqrt(f32x4.add(variance, f32x4.splat(job.epsilon)))));
    v128.store(shifts + o, job.beta ? v128.load(job.beta + o) : zero());
    if (share == 0) {
      storePart(job.mean + o, mean, lanes);
      storePart(job.variance + o, variance, lanes);
      if (job.movingMean) moveAverage(job.movingMean + o, mean, job.momentum, lanes);
      if (job.movingVariance) moveAverage(job.movingVariance + o, variance, job.momentum, lanes);
    }
  }
}

/** Joins the parts' moments and normalises by them. The threads share the rows; each joins for itself. */
export function batchNormTraining(at: usize, share: i32, shares: i32): void {
  const job = changetype<BatchNormTrainingArguments>(at);
  const channels = job.channels, rows = job.rows, width = floats(wholeVectors(channels));
  const middles = ownScratch(job.scratch, job.scratchBytes), factors = middles + width, shifts = factors + width;
  if (mustPrepare()) joinMoments(job, share, middles, width);
  const rowBytes = floats(channels), end = shareStart(rows, share + 1, shares);
  for (let row = shareStart(rows, share, shares); row < end; row++) {
    const x = job.x + <usize>row * rowBytes, out = job.out + <usize>row * rowBytes;
    let c = 0;
    for (; c + LANES <= channels; c += LANES) {
      const o = floats(c);
      v128.store(out + o, normalized(x + o, middles + o, factors + o, shifts + o));
    }
    if (c < channels) {
      const o = floats(c);
      storePart(out + o, normalized(x + o, middles + o, factors + o, shifts + o), channels - c);
    }
  }
}

// @ts-ignore: decorator
@inline function normalized(x: usize, middle: usize, factor: usize, shift: usize): v128 {
  return multiplyAdd(f32x4.sub(v128.load(x), v128.load(middle)), v128.load(factor), v128.load(shift));
}

function moveAverage(average: usize, now: v128, momentum: f32, lanes: i32): void {
  const kept = f32x4.mul(v128.load(average), f32x4.splat(momentum));
  storePart(average, f32x4.add(kept, f32x4.mul(now, f32x4.splat(1 - momentum))), lanes);
}
