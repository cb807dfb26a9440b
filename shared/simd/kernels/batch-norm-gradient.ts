// Gradient of batch normalisation, in two passes over slopes and input: sums for each channel, then the input's slopes.

import { batchNormPartBytes } from "./batch-norm-training";
import { mustPrepare, ownScratch } from "./thread";
import { LANES, floats, multiplyAdd, shareStart, storePart, zero } from "./vector";

/** Rows summed in registers before they are added to the part's sums: sums of sums keep the rounding error small. */
// @ts-ignore: decorator
@inline const BLOCK_ROWS: i32 = 256;

@unmanaged
class BatchNormSumsArguments {
  rows: i32;
  channels: i32;
  x: usize;
  dy: usize;
  /** [channels] */
  mean: usize;
  /** For each part Σ dy [channels] and Σ dy·(x − mean) [channels], in whole vectors. */
  partials: usize;
  parts: i32;
}

/** The threads share the parts. */
export function batchNormSums(at: usize, share: i32, shares: i32): void {
  const job = changetype<BatchNormSumsArguments>(at);
  const rows = job.rows, channels = job.channels, rowBytes = floats(channels), end = shareStart(job.parts, share + 1, shares);
  for (let part = shareStart(job.parts, share, shares); part < end; part++) {
    const slopes = job.partials + <usize>part * batchNormPartBytes(channels), products = slopes + batchNormPartBytes(channels) / 2;
    memory.fill(slopes, 0, batchNormPartBytes(channels));
    const last = shareStart(rows, part + 1, job.parts);
    for (let row = shareStart(rows, part, job.parts); row < last; row += BLOCK_ROWS) {
      const count = min(last - row, BLOCK_ROWS), start = <usize>row * rowBytes;
      for (let c = 0; c < channels; c += LANES) {
        const o = floats(c), mean = v128.load(job.mean + o);
        let x = job.x + start + o, dy = job.dy + start + o, i = 0;
        let s0 = zero(), s1 = zero(), p0 = zero(), p1 = zero();
        for (; i + 2 <= count; i += 2) {
          const a = v128.load(dy), b = v128.load(dy + rowBytes);
          s0 = f32x4.add(s0, a);
          s1 = f32x4.add(s1, b);
          p0 = multiplyAdd(a, f32x4.sub(v128.load(x), mean), p0);
          p1 = multiplyAdd(b, f32x4.sub(v128.load(x + rowBytes), mean), p1);
          x += 2 * rowBytes;
          dy += 2 * rowBytes;
        }
        if (i < count) {
          const a = v128.load(dy);
          s0 = f32x4.add(s0, a);
          p0 = multiplyAdd(a, f32x4.sub(v128.load(x), mean), p0);
        }
        v128.store(slopes + o, f32x4.add(v128.load(slopes + o), f32x4.add(s0, s1)));
        v128.store(products + o, f32x4.add(v128.load(products + o), f32x4.add(p0, p1)));
      }
    }
  }
}

@unmanaged
class BatchNormGradientArguments extends BatchNormSumsArguments {
  variance: usize;
  /** 0 for none, which counts as ones. */
  gamma: usize;
  epsilon: f32;
  /** 1: the moments are given numbers and no matter of the batch, as in a frozen layer. */
  frozen: i32;
  /** Each is 0 where it is not wanted. */
  dx: usize;
  dgamma: usize;
  dbeta: usize;
  scratch: usize;
  scratchBytes: usize;
}

/** Adds the parts up and leaves a, b and c at `a`; the thread that has share 0 also stores the slopes of gamma and beta. */
function joinSums(job: BatchNormGradientArguments, share: i32, width: usize, a: usize): void {
  const channels = job.channels, b = a + width, rest = b + width;
  const perRow = f32x4.splat(<f32>1 / <f32>job.rows);
  for (let c = 0; c < channels; c += LANES) {
    const o = floats(c), lanes = channels - c;
    let slopes = zero(), products = zero(), from = job.partials + o;
    for (let part = 0; part < job.parts; part++) {
      slopes = f32x4.add(slopes, v128.load(from));
      products = f32x4.add(products, v128.load(from + width));
      from += 2 * width;
    }
    const inverse = f32x4.div(f32x4.splat(1), f32x4.sqrt(f32x4.add(v128.load(job.variance + o), f32x4.splat(job.epsilon))));
    const gammaSlope = f32x4.mul(products, inverse);
    if (share == 0) {
      if (job.dgamma) storePart(job.dgamma + o, gammaSlope, lanes);
      if (job.dbeta) storePart(job.dbeta + o, slopes, lanes);
    }
    const factor = job.gamma ? f32x4.mul(v128.load(job.gamma + o), inverse) : inverse;
    v128.store(a + o, factor);
    const scaled = job.frozen ? zero() : f32x4.neg(f32x4.mul(factor, perRow));
    v128.store(b + o, f32x4.mul(scaled, f32x4.mul(gammaSlope, inverse)));
    v128.store(rest + o, f32x4.mul(scaled, slopes));
  }
}

/**
 * dx = a·dy + b·(x − mean) + c with three numbers for each channel. The threads share the rows; each adds the parts up
 * for itself.
 */
export function batchNormGradient(at: usize, share: i32, shares: i32): void {
  const job = changetype<BatchNormGradientArguments>(at);
  const rows = job.rows, channels = job.channels, width = batchNormPartBytes(channels) / 2;
  const a = ownScratch(job.scratch, job.scratchBytes), b = a + width, rest = b + width;
  if (mustPrepare()) joinSums(job, share, width, a);
  if (!job.dx) return;
  const rowBytes = floats(channels), mean = job.mean, end = shareStart(rows, share + 1, shares);
  for (let row = shareStart(rows, share, shares); row < end; row++) {
    const start = <usize>row * rowBytes, x = job.x + start, dy = job.dy + start, dx = job.dx + start;
    let c = 0;
    for (; c + LANES <= channels; c += LANES) {
      const o = floats(c);
      v128.store(dx + o, slopeOf(x + o, dy + o, mean + o, a + o, b + o, rest + o));
    }
    if (c < channels) {
      const o = floats(c);
      storePart(dx + o, slopeOf(x + o, dy + o, mean + o, a + o, b + o, rest + o), channels - c);
    }
  }
}

// @ts-ignore: decorator
@inline function slopeOf(x: usize, dy: usize, mean: usize, a: usize, b: usize, rest: usize): v128 {
  const centred = f32x4.sub(v128.load(x), v128.load(mean));
  return multiplyAdd(v128.load(dy), v128.load(a), multiplyAdd(centred, v128.load(b), v128.load(rest)));
}
