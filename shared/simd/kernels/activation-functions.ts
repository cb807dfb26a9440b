// Activation functions and their gradients, value by value. Which of input and output a gradient takes is said in
// run-activation.ts.

import { ActivationFunction } from "./protocol";
import { exponential, hyperbolicTangent, logarithm, sigmoid } from "./transcendental";
import { LANES, VECTOR_BYTES, floats, multiplyAdd, reluSlope, shareStart, zero } from "./vector";

// Klambauer et al. 2017, "Self-normalizing neural networks": λ and λ·α.
// @ts-ignore: decorator
@inline const SELU_SCALE: f32 = 1.0507009873554805;
// @ts-ignore: decorator
@inline const SELU_DEPTH: f32 = 1.7580993408473766;

// @ts-ignore: decorator
@inline function splat(value: f32): v128 {
  return f32x4.splat(value);
}

/** eˣ − 1 for x ≤ 0, exact to the last digits also near 0. The polynomial is Cephes' of `exponential`. */
// @ts-ignore: decorator
@inline function exponentialMinusOne(x: v128): v128 {
  let y = splat(1.9875691500e-4);
  y = multiplyAdd(y, x, splat(1.3981999507e-3));
  y = multiplyAdd(y, x, splat(8.3334519073e-3));
  y = multiplyAdd(y, x, splat(4.1665795894e-2));
  y = multiplyAdd(y, x, splat(1.6666665459e-1));
  y = multiplyAdd(y, x, splat(5.0000001201e-1));
  const near = multiplyAdd(y, f32x4.mul(x, x), x), far = f32x4.sub(exponential(x), splat(1));
  return v128.bitselect(near, far, f32x4.gt(x, splat(-0.34)));
}

/** log(1 + eˣ) */
// @ts-ignore: decorator
@inline function softplus(x: v128): v128 {
  const u = exponential(f32x4.neg(f32x4.abs(x))), w = f32x4.add(u, splat(1)), step = f32x4.sub(w, splat(1));
  // log(w)·u/(w − 1) takes back what rounding 1 + u has lost.
  const log = v128.bitselect(u, f32x4.div(f32x4.mul(logarithm(w), u), step), f32x4.eq(step, zero()));
  return f32x4.add(f32x4.max(x, zero()), log);
}

/** Density of the normal distribution without its factor 1/√(2π): e^(−x²/2), the square taken in two parts. */
// @ts-ignore: decorator
@inline function bell(x: v128): v128 {
  const high = v128.and(x, i32x4.splat(-4096)), rest = f32x4.mul(f32x4.sub(x, high), f32x4.add(x, high));
  const half = splat(-0.5);
  return f32x4.mul(exponential(f32x4.mul(half, f32x4.mul(high, high))), exponential(f32x4.mul(half, rest)));
}

/**
 * Φ(x), the normal distribution, to 4e-7 of its value on both sides: ½·erfc(z) = ½·e^(−z²)·t·P(t), z = |x|/√2,
 * t = 1/(1 + z/2). P is a least-squares fit of ours of degree 9 around t = ½ for z ≤ 12.
 */
// @ts-ignore: decorator
@inline function normalDistribution(x: v128, density: v128): v128 {
  const z = f32x4.mul(f32x4.abs(x), splat(0.7071067811865476));
  const t = f32x4.div(splat(1), multiplyAdd(z, splat(0.5), splat(1))), s = f32x4.sub(t, splat(0.5));
  let y = splat(0.008128758519887924);
  y = multiplyAdd(y, s, splat(-0.06444040685892105));
  y = multiplyAdd(y, s, splat(0.046714965254068375));
  y = multiplyAdd(y, s, splat(0.09665723890066147));
  y = multiplyAdd(y, s, splat(-0.10290493816137314));
  y = multiplyAdd(y, s, splat(-0.1719730794429779));
  y = multiplyAdd(y, s, splat(0.14573879539966583));
  y = multiplyAdd(y, s, splat(0.5589419007301331));
  y = multiplyAdd(y, s, splat(0.6871609687805176));
  y = multiplyAdd(y, s, splat(0.5107913613319397));
  const tail = f32x4.mul(f32x4.mul(f32x4.mul(splat(0.5), t), y), density);
  return v128.bitselect(tail, f32x4.sub(splat(1), tail), f32x4.lt(x, zero()));
}

// @ts-ignore: decorator
@inline function apply(name: i32, x: v128, parameter: v128): v128 {
  if (name == ActivationFunction.relu) return f32x4.pmax(x, zero());
  if (name == ActivationFunction.leakyRelu) return v128.bitselect(x, f32x4.mul(x, parameter), f32x4.gt(x, zero()));
  if (name == ActivationFunction.elu) {
    const below = exponentialMinusOne(f32x4.min(x, zero()));
    return v128.bitselect(x, below, f32x4.gt(x, zero()));
  }
  if (name == ActivationFunction.selu) {
    const below = f32x4.mul(exponentialMinusOne(f32x4.min(x, zero())), splat(SELU_DEPTH));
    return v128.bitselect(f32x4.mul(x, splat(SELU_SCALE)), below, f32x4.gt(x, zero()));
  }
  if (name == ActivationFunction.gelu) return f32x4.mul(x, normalDistribution(x, bell(x)));
  if (name == ActivationFunction.sigmoid) return sigmoid(x);
  if (name == ActivationFunction.tanh) return hyperbolicTangent(x);
  if (name == ActivationFunction.swish) return f32x4.mul(x, sigmoid(x));
  return softplus(x);
}

/** The slope; `v` is the output for the functions up to tanh but gelu, else the input. */
// @ts-ignore: decorator
@inline function slope(name: i32, dy: v128, v: v128, parameter: v128): v128 {
  const positive = f32x4.gt(v, zero());
  if (name == ActivationFunction.relu) return f32x4.mul(dy, reluSlope(v));
  if (name == ActivationFunction.leakyRelu) {
    const own = v128.bitselect(splat(1), parameter, positive);
    return f32x4.mul(dy, v128.or(own, f32x4.ne(v, v)));
  }
  if (name == ActivationFunction.elu) return v128.bitselect(dy, f32x4.mul(dy, f32x4.add(v, splat(1))), positive);
  if (name == ActivationFunction.selu)
    return f32x4.mul(dy, v128.bitselect(splat(SELU_SCALE), f32x4.add(v, splat(SELU_DEPTH)), positive));
  if (name == ActivationFunction.sigmoid) return f32x4.mul(dy, f32x4.mul(v, f32x4.sub(splat(1), v)));
  if (name == ActivationFunction.tanh) return f32x4.mul(dy, f32x4.sub(splat(1), f32x4.mul(v, v)));
  if (name == ActivationFunction.gelu) {
    const density = bell(v), scaled = f32x4.mul(density, splat(0.3989422804014327));
    return f32x4.mul(dy, multiplyAdd(v, scaled, normalDistribution(v, density)));
  }
  const s = sigmoid(v);
  if (name == ActivationFunction.swish)
    return f32x4.mul(dy, f32x4.mul(s, multiplyAdd(v, f32x4.sub(splat(1), s), splat(1))));
  return f32x4.mul(dy, s);
}

@unmanaged
class ActivationArguments {
  name: i32;
  count: i32;
  x: usize;
  out: usize;
  /** Slope of leaky ReLU below 0. */
  parameter: f32;
}

/** The last vector is processed whole: the heap leaves room behind every tensor. */
// @ts-ignore: decorator
@inline function applyAll(name: i32, x: usize, out: usize, end: usize, parameter: v128): void {
  while (out < end) {
    v128.store(out, apply(name, v128.load(x), parameter));
    x += VECTOR_BYTES;
    out += VECTOR_BYTES;
  }
}

/** The threads share the vectors. Every function gets a loop of its own. */
export function activation(at: usize, share: i32, shares: i32): void {
  const job = changetype<ActivationArguments>(at);
  const vectors = (job.count + LANES - 1) / LANES, parameter = splat(job.parameter);
  const from = floats(shareStart(vectors, share, shares) * LANES);
  const x = job.x + from, out = job.out + from, end = job.out + floats(shareStart(vectors, share + 1, shares) * LANES);
  switch (job.name) {
    case ActivationFunction.relu: applyAll(ActivationFunction.relu, x, out, end, parameter); break;
    case ActivationFunction.leakyRelu: applyAll(ActivationFunction.leakyRelu, x, out, end, parameter); break;
    case ActivationFunction.elu: applyAll(ActivationFunction.elu, x, out, end, parameter); break;
    case ActivationFunction.selu: applyAll(ActivationFunction.selu, x, out, end, parameter); break;
    case ActivationFunction.gelu: applyAll(ActivationFunction.gelu, x, out, end, parameter); break;
    case ActivationFunction.sigmoid: applyAll(ActivationFunction.sigmoid, x, out, end, parameter); break;
    case ActivationFunction.tanh: applyAll(ActivationFunction.tanh, x, out, end, parameter); break;
    case ActivationFunction.swish: applyAll(ActivationFunction.swish, x, out, end, parameter); break;
    case ActivationFunction.softplus: applyAll(ActivationFunction.softplus, x, out, end, parameter); break;
  }
}

@unmanaged
class ActivationGradientArguments {
  name: i32;
  count: i32;
  dy: usize;
  /** The function's output, or its input. */
  saved: usize;
  dx: usize;
  parameter: f32;
}

// @ts-ignore: decorator
@inline function slopeAll(name: i32, dy: usize, saved: usize, dx: usize, end: usize, parameter: v128): void {
  while (dx < end) {
    v128.store(dx, slope(name, v128.load(dy), v128.load(saved), parameter));
    dy += VECTOR_BYTES;
    saved += VECTOR_BYTES;
    dx += VECTOR_BYTES;
  }
}

/** The threads share the vectors. */
export function activationGradient(at: usize, share: i32, shares: i32): void {
  const job = changetype<ActivationGradientArguments>(at);
  const vectors = (job.count + LANES - 1) / LANES, parameter = splat(job.parameter);
  const from = floats(shareStart(vectors, share, shares) * LANES);
  const dy = job.dy + from, v = job.saved + from, dx = job.dx + from;
  const end = job.dx + floats(shareStart(vectors, share + 1, shares) * LANES);
  switch (job.name) {
    case ActivationFunction.relu: slopeAll(ActivationFunction.relu, dy, v, dx, end, parameter); break;
    case ActivationFunction.leakyRelu: slopeAll(ActivationFunction.leakyRelu, dy, v, dx, end, parameter); break;
    case ActivationFunction.elu: slopeAll(ActivationFunction.elu, dy, v, dx, end, parameter); break;
    case ActivationFunction.selu: slopeAll(ActivationFunction.selu, dy, v, dx, end, parameter); break;
    case ActivationFunction.gelu: slopeAll(ActivationFunction.gelu, dy, v, dx, end, parameter); break;
    case ActivationFunction.sigmoid: slopeAll(ActivationFunction.sigmoid, dy, v, dx, end, parameter); break;
    case ActivationFunction.tanh: slopeAll(ActivationFunction.tanh, dy, v, dx, end, parameter); break;
    case ActivationFunction.swish: slopeAll(ActivationFunction.swish, dy, v, dx, end, parameter); break;
    case ActivationFunction.softplus: slopeAll(ActivationFunction.softplus, dy, v, dx, end, parameter); break;
  }
}
