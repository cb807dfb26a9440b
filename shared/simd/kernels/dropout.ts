// Dropout: the mask is computed where it is applied, forward and backward, from the place of each number. It is that of
// `fillMask` in shared/tfjs/layers/random-fill.ts: number n of the stream mulberry32 of shared/nodes/random.ts needs no
// number before it.

import { ownScratch } from "./thread";
import { LANES, VECTOR_BYTES, floats, shareStart, storePart, wholeLines } from "./vector";

// @ts-ignore: decorator
@inline const WEYL_STEP: i32 = 0x6d2b79f5;

@unmanaged
class DropoutArguments {
  /** x [outer, pixels, channels], mask [outer, channels]. */
  outer: i32;
  pixels: i32;
  channels: i32;
  x: usize;
  out: usize;
  /** Address of the seed, a 32-bit word, so that a program can be run again with another. */
  seed: usize;
  /** Numbers of the stream, as unsigned words, below which a place is dropped. */
  threshold: i32;
  /** What is kept is multiplied by it. */
  kept: f32;
  scratch: usize;
  scratchBytes: usize;
}

/** Of one thread: the mask of one image. */
export function dropoutScratchBytes(channels: i32): usize {
  return wholeLines(floats(channels + LANES));
}

/** The mask at `place` and the three places behind it. */
// @ts-ignore: decorator
@inline function maskAt(place: i32, seed: v128, threshold: v128, kept: v128): v128 {
  const places = i32x4.add(i32x4.splat(place), i32x4(1, 2, 3, 4));
  const state = i32x4.add(seed, i32x4.mul(places, i32x4.splat(WEYL_STEP)));
  let mixed = i32x4.mul(v128.xor(state, i32x4.shr_u(state, 15)), v128.or(state, i32x4.splat(1)));
  const more = i32x4.mul(v128.xor(mixed, i32x4.shr_u(mixed, 7)), v128.or(mixed, i32x4.splat(61)));
  mixed = v128.xor(mixed, i32x4.add(mixed, more));
  const number = v128.xor(mixed, i32x4.shr_u(mixed, 14));
  return v128.andnot(kept, i32x4.lt_u(number, threshold));
}

/** The threads share the vectors where every value has a mask of its own, else the images. */
export function dropout(at: usize, share: i32, shares: i32): void {
  const job = changetype<DropoutArguments>(at);
  const seed = i32x4.splat(load<i32>(job.seed)), threshold = i32x4.splat(job.threshold), kept = f32x4.splat(job.kept);
  const channels = job.channels;
  if (job.pixels == 1) {
    const vectors = (job.outer * channels + LANES - 1) / LANES, end = shareStart(vectors, share + 1, shares);
    for (let i = shareStart(vectors, share, shares); i < end; i++) {
      const o = floats(i * LANES);
      v128.store(job.out + o, f32x4.mul(v128.load(job.x + o), maskAt(i * LANES, seed, threshold, kept)));
    }
    return;
  }
  const mask = ownScratch(job.scratch, job.scratchBytes), rowBytes = floats(channels);
  const end = shareStart(job.outer, share + 1, shares);
  for (let image = shareStart(job.outer, share, shares); image < end; image++) {
    for (let c = 0; c < channels; c += LANES) v128.store(mask + floats(c), maskAt(image * channels + c, seed, threshold, kept));
    let x = job.x + <usize>(image * job.pixels) * rowBytes, out = job.out + <usize>(image * job.pixels) * rowBytes;
    for (let pixel = 0; pixel < job.pixels; pixel++) {
      let c = 0;
      for (; c + LANES <= channels; c += LANES) {
        const o = floats(c);
        v128.store(out + o, f32x4.mul(v128.load(x + o), v128.load(mask + o)));
      }
      if (c < channels) storePart(out + floats(c), f32x4.mul(v128.load(x + floats(c)), v128.load(mask + floats(c))), channels - c);
      x += rowBytes;
      out += rowBytes;
    }
  }
}
