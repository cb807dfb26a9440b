// Operations on one tensor, element by element.

import { Activation, Unary } from "./protocol";
import { exponential, hyperbolicTangent, logarithm, sigmoid } from "./transcendental";
import { LANES, VECTOR_BYTES, activate, floats, shareStart, zero } from "./vector";

@unmanaged
class UnaryArguments {
  operation: i32;
  count: i32;
  x: usize;
  out: usize;
  /** What `Unary.step` gives where x ≤ 0. */
  parameter: f32;
}

// @ts-ignore: decorator
@inline function apply(operation: i32, x: v128, parameter: v128): v128 {
  if (operation == Unary.relu) return activate(x, Activation.relu);
  if (operation == Unary.relu6) return activate(x, Activation.relu6);
  if (operation == Unary.step) {
    const belowOrNaN = v128.bitselect(x, parameter, f32x4.ne(x, x));
    return v128.bitselect(f32x4.splat(1), belowOrNaN, f32x4.gt(x, zero()));
  }
  if (operation == Unary.negate) return f32x4.neg(x);
  if (operation == Unary.absolute) return f32x4.abs(x);
  if (operation == Unary.square) return f32x4.mul(x, x);
  if (operation == Unary.squareRoot) return f32x4.sqrt(x);
  if (operation == Unary.reciprocalSquareRoot) return f32x4.div(f32x4.splat(1), f32x4.sqrt(x));
  if (operation == Unary.exponential) return exponential(x);
  if (operation == Unary.logarithm) return logarithm(x);
  if (operation == Unary.sigmoid) return sigmoid(x);
  if (operation == Unary.copy) return x;
  return hyperbolicTangent(x);
}

/** The last vector is processed whole: the heap leaves room behind every tensor. */
// @ts-ignore: decorator
@inline function applyAll(operation: i32, x: usize, out: usize, end: usize, parameter: v128): void {
  while (out < end) {
    v128.store(out, apply(operation, v128.load(x), parameter));
    x += VECTOR_BYTES;
    out += VECTOR_BYTES;
  }
}

/** The threads share the vectors. Every operation gets a loop of its own. */
export function unary(at: usize, share: i32, shares: i32): void {
  const job = changetype<UnaryArguments>(at);
  const vectors = (job.count + LANES - 1) / LANES, parameter = f32x4.splat(job.parameter);
  const from = floats(shareStart(vectors, share, shares) * LANES);
  const x = job.x + from, out = job.out + from, end = job.out + floats(shareStart(vectors, share + 1, shares) * LANES);
  switch (job.operation) {
    case Unary.relu: applyAll(Unary.relu, x, out, end, parameter); break;
    case Unary.relu6: applyAll(Unary.relu6, x, out, end, parameter); break;
    case Unary.step: applyAll(Unary.step, x, out, end, parameter); break;
    case Unary.negate: applyAll(Unary.negate, x, out, end, parameter); break;
    case Unary.absolute: applyAll(Unary.absolute, x, out, end, parameter); break;
    case Unary.square: applyAll(Unary.square, x, out, end, parameter); break;
    case Unary.squareRoot: applyAll(Unary.squareRoot, x, out, end, parameter); break;
    case Unary.reciprocalSquareRoot: applyAll(Unary.reciprocalSquareRoot, x, out, end, parameter); break;
    case Unary.exponential: applyAll(Unary.exponential, x, out, end, parameter); break;
    case Unary.logarithm: applyAll(Unary.logarithm, x, out, end, parameter); break;
    case Unary.sigmoid: applyAll(Unary.sigmoid, x, out, end, parameter); break;
    case Unary.copy: applyAll(Unary.copy, x, out, end, parameter); break;
    case Unary.tanh: applyAll(Unary.tanh, x, out, end, parameter); break;
  }
}
