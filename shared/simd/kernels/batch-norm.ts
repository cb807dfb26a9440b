// Batch normalisation with given statistics: (x − mean) · scale / √(variance + epsilon) + offset for each channel.

import { mustPrepare, ownScratch } from "./thread";
import { LANES, floats, shareStart, wholeLines, zero } from "./vector";

@unmanaged
class BatchNormArguments {
  rows: i32;
  channels: i32;
  x: usize;
  mean: usize;
  variance: usize;
  /** 0 for none. */
  offset: usize;
  /** 0 for none. */
  scale: usize;
  epsilon: f32;
  out: usize;
  scratch: usize;
  scratchBytes: usize;
}

export function batchNormScratchBytes(channels: i32): usize {
  return wholeLines(floats(channels + LANES));
}

/** The threads share the rows. */
export function batchNorm(at: usize, share: i32, shares: i32): void {
  const job = changetype<BatchNormArguments>(at);
  const channels = job.channels, mean = job.mean, offset = job.offset;
  const factors = ownScratch(job.scratch, job.scratchBytes);
  if (mustPrepare())
    for (let c = 0; c < channels; c += LANES) {
      const o = floats(c), scale = job.scale ? v128.load(job.scale + o) : f32x4.splat(1);
      v128.store(factors + o, f32x4.div(scale, f32x4.sqrt(f32x4.add(v128.load(job.variance + o), f32x4.splat(job.epsilon)))));
    }
  const rowBytes = floats(channels), end = shareStart(job.rows, share + 1, shares);
  for (let row = shareStart(job.rows, share, shares); row < end; row++) {
    const x = job.x + <usize>row * rowBytes, out = job.out + <usize>row * rowBytes;
    let c = 0;
    for (; c + LANES <= channels; c += LANES) {
      const o = floats(c), centred = f32x4.mul(f32x4.sub(v128.load(x + o), v128.load(mean + o)), v128.load(factors + o));
      v128.store(out + o, f32x4.add(centred, offset ? v128.load(offset + o) : zero()));
    }
    for (; c < channels; c++) {
      const o = floats(c), centred = (load<f32>(x + o) - load<f32>(mean + o)) * load<f32>(factors + o);
      store<f32>(out + o, centred + (offset ? load<f32>(offset + o) : 0));
    }
  }
}
