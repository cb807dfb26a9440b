// Sums of products along the channels: what a pixel of a depthwise convolution is.

import { LANES, activate, floats, multiplyAdd, storePart, zero } from "./vector";

/** Bytes of a tap: the byte offsets of a pixel and of the filter's cell that weighs its channels. */
// @ts-ignore: decorator
@inline export const TAP_BYTES: usize = 8;

// @ts-ignore: decorator
@inline export function addTap(taps: usize, index: i32, pixel: usize, cell: usize): void {
  const to = taps + TAP_BYTES * <usize>index;
  store<u32>(to, <u32>pixel);
  store<u32>(to, <u32>cell, 4);
}

/**
 * out[p][c] = activate(bias[c] + Σ over taps of source[p][pixel + c] · filter[cell + c]) for `pixels` pixels p, which lie
 * `sourceStep` and `outStep` bytes apart.
 */
export function applyTaps(
  taps: usize, count: i32, source: usize, sourceStep: usize, filter: usize, channels: i32, bias: usize, activation: i32,
  out: usize, outStep: usize, pixels: i32,
): void {
  const end = taps + TAP_BYTES * <usize>count;
  for (; pixels >= 4; pixels -= 4) {
    applyToFour(taps, end, source, sourceStep, filter, channels, bias, activation, out, outStep);
    source += 4 * sourceStep;
    out += 4 * outStep;
  }
  for (; pixels > 0; pixels--) {
    applyToOne(taps, end, source, filter, channels, bias, activation, out);
    source += sourceStep;
    out += outStep;
  }
}

function applyToFour(
  taps: usize, end: usize, source: usize, step: usize, filter: usize, channels: i32, bias: usize, activation: i32,
  out: usize, outStep: usize,
): void {
  const pairs = channels & ~(2 * LANES - 1);
  let c = 0;
  for (; c < pairs; c += 2 * LANES) {
    const o = floats(c), to = out + o;
    let a0 = bias ? v128.load(bias + o) : zero(), b0 = bias ? v128.load(bias + o, 16) : zero();
    let a1 = a0, a2 = a0, a3 = a0, b1 = b0, b2 = b0, b3 = b0;
    for (let tap = taps; tap < end; tap += TAP_BYTES) {
      const cell = filter + o + load<u32>(tap, 4), v = v128.load(cell), w = v128.load(cell, 16);
      let from = source + o + load<u32>(tap);
      a0 = multiplyAdd(v128.load(from), v, a0);
      b0 = multiplyAdd(v128.load(from, 16), w, b0);
      from += step;
      a1 = multiplyAdd(v128.load(from), v, a1);
      b1 = multiplyAdd(v128.load(from, 16), w, b1);
      from += step;
      a2 = multiplyAdd(v128.load(from), v, a2);
      b2 = multiplyAdd(v128.load(from, 16), w, b2);
      from += step;
      a3 = multiplyAdd(v128.load(from), v, a3);
      b3 = multiplyAdd(v128.load(from, 16), w, b3);
    }
    v128.store(to, activate(a0, activation));
    v128.store(to, activate(b0, activation), 16);
    v128.store(to + outStep, activate(a1, activation));
    v128.store(to + outStep, activate(b1, activation), 16);
    v128.store(to + 2 * outStep, activate(a2, activation));
    v128.store(to + 2 * outStep, activate(b2, activation), 16);
    v128.store(to + 3 * outStep, activate(a3, activation));
    v128.store(to + 3 * outStep, activate(b3, activation), 16);
  }
  for (; c < channels; c += LANES) {
    const o = floats(c), to = out + o, lanes = channels - c;
    let a0 = bias ? v128.load(bias + o) : zero();
    let a1 = a0, a2 = a0, a3 = a0;
    for (let tap = taps; tap < end; tap += TAP_BYTES) {
      const v = v128.load(filter + o + load<u32>(tap, 4));
      let from = source + o + load<u32>(tap);
      a0 = multiplyAdd(v128.load(from), v, a0);
      from += step;
      a1 = multiplyAdd(v128.load(from), v, a1);
      from += step;
      a2 = multiplyAdd(v128.load(from), v, a2);
      from += step;
      a3 = multiplyAdd(v128.load(from), v, a3);
    }
    storePart(to, activate(a0, activation), lanes);
    storePart(to + outStep, activate(a1, activation), lanes);
    storePart(to + 2 * outStep, activate(a2, activation), lanes);
    storePart(to + 3 * outStep, activate(a3, activation), lanes);
  }
}

function applyToOne(
  taps: usize, end: usize, source: usize, filter: usize, channels: i32, bias: usize, activation: i32, out: usize,
): void {
  for (let c = 0; c < channels; c += LANES) {
    const o = floats(c);
    let sum = bias ? v128.load(bias + o) : zero();
    for (let tap = taps; tap < end; tap += TAP_BYTES)
      sum = multiplyAdd(v128.load(source + o + load<u32>(tap)), v128.load(filter + o + load<u32>(tap, 4)), sum);
    storePart(out + o, activate(sum, activation), channels - c);
  }
}
