// Moves numbers: grids of up to five axes from one place and spacing to another, and whole pixels by a list of places.

import { FLOAT_BYTES, VECTOR_BYTES, floats, shareStart } from "./vector";

/** From how many bytes on the engine's own copy is faster than a loop. */
// @ts-ignore: decorator
@inline const LONG_RUN: usize = 512;

@unmanaged
class CopyGridArguments {
  size0: i32;
  size1: i32;
  size2: i32;
  size3: i32;
  size4: i32;
  from: usize;
  to: usize;
  /** Bytes from one entry of an axis to the next; a source repeats along an axis with 0. */
  fromStep0: usize;
  fromStep1: usize;
  fromStep2: usize;
  fromStep3: usize;
  fromStep4: usize;
  toStep0: usize;
  toStep1: usize;
  toStep2: usize;
  toStep3: usize;
  toStep4: usize;
}

// @ts-ignore: decorator
@inline function copyBytes(from: usize, to: usize, bytes: usize): void {
  if (bytes >= LONG_RUN) {
    memory.copy(to, from, bytes);
    return;
  }
  let o: usize = 0;
  for (; o + VECTOR_BYTES <= bytes; o += VECTOR_BYTES) v128.store(to + o, v128.load(from + o));
  for (; o < bytes; o += FLOAT_BYTES) store<f32>(to + o, load<f32>(from + o));
}

/** The threads share the two outermost axes. */
export function copyGrid(at: usize, share: i32, shares: i32): void {
  const job = changetype<CopyGridArguments>(at);
  const outer = job.size0 * job.size1, end = shareStart(outer, share + 1, shares);
  const dense = job.fromStep4 == FLOAT_BYTES && job.toStep4 == FLOAT_BYTES, size4 = job.size4, bytes = floats(size4);
  const fromStep4 = job.fromStep4, toStep4 = job.toStep4;
  for (let i = shareStart(outer, share, shares); i < end; i++) {
    const first = i / job.size1, second = i - first * job.size1;
    const from = job.from + <usize>first * job.fromStep0 + <usize>second * job.fromStep1;
    const to = job.to + <usize>first * job.toStep0 + <usize>second * job.toStep1;
    for (let third = 0; third < job.size2; third++) {
      let source = from + <usize>third * job.fromStep2, target = to + <usize>third * job.toStep2;
      for (let fourth = 0; fourth < job.size3; fourth++) {
        if (dense) copyBytes(source, target, bytes);
        else {
          let a = source, b = target;
          for (let fifth = 0; fifth < size4; fifth++) {
            store<f32>(b, load<f32>(a));
            a += fromStep4;
            b += toStep4;
          }
        }
        source += job.fromStep3;
        target += job.toStep3;
      }
    }
  }
}

@unmanaged
class FillArguments {
  count: i32;
  to: usize;
  value: f32;
}

/** The threads share the values. */
export function fill(at: usize, share: i32, shares: i32): void {
  const job = changetype<FillArguments>(at);
  const value = f32x4.splat(job.value);
  const vectors = job.count / 4, end = job.to + floats(4 * shareStart(vectors, share + 1, shares));
  for (let to = job.to + floats(4 * shareStart(vectors, share, shares)); to < end; to += VECTOR_BYTES) v128.store(to, value);
  if (share == shares - 1) for (let i = vectors * 4; i < job.count; i++) store<f32>(job.to + floats(i), job.value);
}

@unmanaged
class GatherArguments {
  images: i32;
  /** Places in the source and in the result of one image, and floats of each. */
  places: i32;
  outPlaces: i32;
  size: i32;
  x: usize;
  /** [outPlaces], 32-bit whole numbers: which place of the source comes to each place. */
  table: usize;
  out: usize;
}

/** The threads share the images. */
export function gather(at: usize, share: i32, shares: i32): void {
  const job = changetype<GatherArguments>(at);
  const bytes = floats(job.size), end = shareStart(job.images, share + 1, shares);
  for (let image = shareStart(job.images, share, shares); image < end; image++) {
    const x = job.x + <usize>(image * job.places) * bytes;
    let to = job.out + <usize>(image * job.outPlaces) * bytes;
    for (let place = 0; place < job.outPlaces; place++) {
      copyBytes(x + <usize>load<i32>(job.table + floats(place)) * bytes, to, bytes);
      to += bytes;
    }
  }
}
