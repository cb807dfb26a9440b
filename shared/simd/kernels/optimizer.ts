// Optimizer steps, in place. The threads share the vectors; the last one is processed whole, because the heap leaves
// room behind every tensor. Definitions as in tfjs-core's optimizers.

import { LANES, VECTOR_BYTES, floats, shareStart } from "./vector";

/** Below this an average counts as 0. WebAssembly cannot flush denormals, and arithmetic on them is ~100 times slower. */
// @ts-ignore: decorator
@inline const NEGLIGIBLE: f32 = 1e-30;

/** "Not small" and not "large": NaN is neither, and must reach the weights. */
// @ts-ignore: decorator
@inline function flush(v: v128): v128 {
  return v128.andnot(v, f32x4.le(f32x4.abs(v), f32x4.splat(NEGLIGIBLE)));
}

@unmanaged
class OptimizerArguments {
  count: i32;
  weights: usize;
  gradient: usize;
  rate: f32;
}

// @ts-ignore: decorator
@inline function shareBytes(count: i32, share: i32, shares: i32): usize {
  return floats(shareStart((count + LANES - 1) / LANES, share, shares) * LANES);
}

// @ts-ignore: decorator
@inline function subtractFrom(weights: usize, change: v128): void {
  v128.store(weights, f32x4.sub(v128.load(weights), change));
}

/** w −= rate·g */
export function sgd(at: usize, share: i32, shares: i32): void {
  const job = changetype<OptimizerArguments>(at);
  const weights = job.weights, gradient = job.gradient, rate = f32x4.splat(job.rate);
  const end = shareBytes(job.count, share + 1, shares);
  for (let o = shareBytes(job.count, share, shares); o < end; o += VECTOR_BYTES)
    subtractFrom(weights + o, f32x4.mul(rate, v128.load(gradient + o)));
}

@unmanaged
class MomentumArguments extends OptimizerArguments {
  accumulated: usize;
  momentum: f32;
}

/** a = momentum·a + g; w −= rate·a */
export function momentum(at: usize, share: i32, shares: i32): void {
  const job = changetype<MomentumArguments>(at);
  const weights = job.weights, gradient = job.gradient, accumulated = job.accumulated;
  const rate = f32x4.splat(job.rate), keep = f32x4.splat(job.momentum);
  const end = shareBytes(job.count, share + 1, shares);
  for (let o = shareBytes(job.count, share, shares); o < end; o += VECTOR_BYTES) {
    const a = flush(f32x4.add(f32x4.mul(keep, v128.load(accumulated + o)), v128.load(gradient + o)));
    v128.store(accumulated + o, a);
    subtractFrom(weights + o, f32x4.mul(rate, a));
  }
}

@unmanaged
class RmspropArguments extends OptimizerArguments {
  meanSquare: usize;
  moment: usize;
  decay: f32;
  momentum: f32;
  epsilon: f32;
}

/** s = decay·s + (1 − decay)·g²; m = momentum·m + rate·g / √(s + epsilon); w −= m */
export function rmsprop(at: usize, share: i32, shares: i32): void {
  const job = changetype<RmspropArguments>(at);
  const weights = job.weights, gradient = job.gradient, meanSquare = job.meanSquare, moment = job.moment;
  const rate = f32x4.splat(job.rate), decay = f32x4.splat(job.decay), rest = f32x4.splat(1 - job.decay);
  const keep = f32x4.splat(job.momentum), epsilon = f32x4.splat(job.epsilon);
  const end = shareBytes(job.count, share + 1, shares);
  for (let o = shareBytes(job.count, share, shares); o < end; o += VECTOR_BYTES) {
    const g = v128.load(gradient + o);
    const s = flush(f32x4.add(f32x4.mul(decay, v128.load(meanSquare + o)), f32x4.mul(rest, f32x4.mul(g, g))));
    const step = f32x4.div(f32x4.mul(rate, g), f32x4.sqrt(f32x4.add(s, epsilon)));
    const m = flush(f32x4.add(f32x4.mul(keep, v128.load(moment + o)), step));
    v128.store(meanSquare + o, s);
    v128.store(moment + o, m);
    subtractFrom(weights + o, m);
  }
}

@unmanaged
class AdamArguments extends OptimizerArguments {
  first: usize;
  second: usize;
  beta1: f32;
  beta2: f32;
  epsilon: f32;
  /** 1 / (1 − beta2ᵗ); `rate` already holds 1 / (1 − beta1ᵗ). */
  secondCorrection: f32;
}

/** Kingma & Ba, "Adam", 2015, algorithm 1. */
export function adam(at: usize, share: i32, shares: i32): void {
  const job = changetype<AdamArguments>(at);
  const weights = job.weights, gradient = job.gradient, first = job.first, second = job.second;
  const rate = f32x4.splat(job.rate), epsilon = f32x4.splat(job.epsilon), correction = f32x4.splat(job.secondCorrection);
  const beta1 = f32x4.splat(job.beta1), rest1 = f32x4.splat(1 - job.beta1);
  const beta2 = f32x4.splat(job.beta2), rest2 = f32x4.splat(1 - job.beta2);
  const end = shareBytes(job.count, share + 1, shares);
  for (let o = shareBytes(job.count, share, shares); o < end; o += VECTOR_BYTES) {
    const g = v128.load(gradient + o);
    const m = flush(f32x4.add(f32x4.mul(beta1, v128.load(first + o)), f32x4.mul(rest1, g)));
    const v = flush(f32x4.add(f32x4.mul(beta2, v128.load(second + o)), f32x4.mul(rest2, f32x4.mul(g, g))));
    v128.store(first + o, m);
    v128.store(second + o, v);
    subtractFrom(weights + o, f32x4.mul(rate, f32x4.div(m, f32x4.add(f32x4.sqrt(f32x4.mul(v, correction)), epsilon))));
  }
}
