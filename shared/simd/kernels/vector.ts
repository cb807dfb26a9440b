// Names for what all kernels do with vectors of four floats.

import { Activation } from "./protocol";

// @ts-ignore: decorator
@inline export const FLOAT_BYTES: usize = 4;
// @ts-ignore: decorator
@inline export const LANES: i32 = 4;
// @ts-ignore: decorator
@inline export const VECTOR_BYTES: usize = 16;
// @ts-ignore: decorator
@inline const CACHE_LINE: usize = 64;

/** Bytes of `count` floats. */
// @ts-ignore: decorator
@inline export function floats(count: i32): usize {
  return <usize>count << 2;
}

// @ts-ignore: decorator
@inline export function wholeLines(bytes: usize): usize {
  return (bytes + CACHE_LINE - 1) & ~(CACHE_LINE - 1);
}

/** First of `count` items that belongs to `share`; it ends where `share + 1` begins. */
// @ts-ignore: decorator
@inline export function shareStart(count: i32, share: i32, shares: i32): i32 {
  return <i32>((<i64>count * share) / shares);
}

/** a·b + c; one instruction with one rounding where relaxed SIMD exists. */
// @ts-ignore: decorator
@inline export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  else return f32x4.add(f32x4.mul(a, b), c);
}

// @ts-ignore: decorator
@inline export function zero(): v128 {
  return f32x4.splat(0);
}

/** pmax and pmin, in this order of operands, keep NaN; max and min would too, but each is several instructions on x86. */
// @ts-ignore: decorator
@inline export function activate(v: v128, activation: i32): v128 {
  if (activation == Activation.relu) return f32x4.pmax(v, zero());
  if (activation == Activation.relu6) return f32x4.pmin(f32x4.pmax(v, zero()), f32x4.splat(6));
  return v;
}

/**
 * The larger one; NaN where one is NaN, or a diverged network would look healthy. Both orders of pmax give the same
 * number, or one of them gives NaN, which no bits of the other can heal. f32x4.max is eight instructions on x86, these
 * are three.
 */
// @ts-ignore: decorator
@inline export function larger(a: v128, b: v128): v128 {
  return v128.or(f32x4.pmax(a, b), f32x4.pmax(b, a));
}

/** What ReLU multiplies a slope by: 1 where y > 0, else 0, and NaN where y is NaN. A mask of bits would hide NaN and ∞. */
// @ts-ignore: decorator
@inline export function reluSlope(y: v128): v128 {
  return v128.or(v128.and(f32x4.splat(1), f32x4.gt(y, zero())), f32x4.ne(y, y));
}

/** Stores the first `count` (1..4) lanes. */
// @ts-ignore: decorator
@inline export function storePart(to: usize, v: v128, count: i32): void {
  if (count >= LANES) {
    v128.store(to, v);
    return;
  }
  v128.store_lane<f32>(to, v, 0);
  if (count > 1) v128.store_lane<f32>(to, v, 1, 4);
  if (count > 2) v128.store_lane<f32>(to, v, 2, 8);
}

/** `count` floats, up to whole vectors. */
// @ts-ignore: decorator
@inline export function wholeVectors(count: i32): i32 {
  return (count + LANES - 1) & ~(LANES - 1);
}

/** Sum of the four lanes. */
// @ts-ignore: decorator
@inline export function across(v: v128): f32 {
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3));
}

/** All ones in the first `count` lanes, zeros in the others. */
// @ts-ignore: decorator
@inline export function firstLanes(count: i32): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count));
}
