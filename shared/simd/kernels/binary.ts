// Operations on two tensors, with broadcasting over up to three collapsed axes [outer, rows, inner].

import { Binary } from "./protocol";
import { FLOAT_BYTES, LANES, VECTOR_BYTES, floats, reluSlope, shareStart, zero } from "./vector";

@unmanaged
class BinaryArguments {
  operation: i32;
  outer: i32;
  rows: i32;
  inner: i32;
  a: usize;
  b: usize;
  out: usize;
  /** Bytes from one outer item or row to the next, 0 where the operand is repeated. */
  aOuterStep: usize;
  aRowStep: usize;
  bOuterStep: usize;
  bRowStep: usize;
  /** 1 where the operand has one value for the whole inner axis. */
  aSingle: i32;
  bSingle: i32;
}

// @ts-ignore: decorator
@inline function combine(operation: i32, a: v128, b: v128): v128 {
  if (operation == Binary.add) return f32x4.add(a, b);
  if (operation == Binary.subtract) return f32x4.sub(a, b);
  if (operation == Binary.multiply) return f32x4.mul(a, b);
  if (operation == Binary.divide) return f32x4.div(a, b);
  if (operation == Binary.maximum) return f32x4.max(a, b);
  if (operation == Binary.minimum) return f32x4.min(a, b);
  if (operation == Binary.squaredDifference) {
    const difference = f32x4.sub(a, b);
    return f32x4.mul(difference, difference);
  }
  return f32x4.mul(a, reluSlope(b));
}

// @ts-ignore: decorator
@inline function combineRow(operation: i32, a: usize, b: usize, out: usize, bytes: usize, aSingle: bool, bSingle: bool): void {
  // Conditional, because the optimizer keeps every load: it might trap.
  const a0 = aSingle ? v128.load32_splat(a) : zero(), b0 = bSingle ? v128.load32_splat(b) : zero();
  const vectorBytes = bytes & ~(VECTOR_BYTES - 1);
  let o: usize = 0;
  for (; o < vectorBytes; o += VECTOR_BYTES)
    v128.store(out + o, combine(operation, aSingle ? a0 : v128.load(a + o), bSingle ? b0 : v128.load(b + o)));
  // One by one: a whole vector would reach into the next row, which may be another thread's.
  for (; o < bytes; o += FLOAT_BYTES) {
    const result = combine(operation, aSingle ? a0 : v128.load32_zero(a + o), bSingle ? b0 : v128.load32_zero(b + o));
    v128.store_lane<f32>(out + o, result, 0);
  }
}

// @ts-ignore: decorator
@inline function combineRows(operation: i32, job: BinaryArguments, first: i32, end: i32, aSingle: bool, bSingle: bool): void {
  const rows = job.rows, rowBytes = floats(job.inner), aRowStep = job.aRowStep, bRowStep = job.bRowStep;
  let outer = first / rows, row = first - outer * rows;
  let out = job.out + <usize>first * rowBytes;
  let a = job.a + <usize>outer * job.aOuterStep + <usize>row * aRowStep;
  let b = job.b + <usize>outer * job.bOuterStep + <usize>row * bRowStep;
  for (let i = first; i < end; i++) {
    combineRow(operation, a, b, out, rowBytes, aSingle, bSingle);
    out += rowBytes;
    if (++row == rows) {
      row = 0;
      outer++;
      a = job.a + <usize>outer * job.aOuterStep;
      b = job.b + <usize>outer * job.bOuterStep;
    } else {
      a += aRowStep;
      b += bRowStep;
    }
  }
}

/** One row only: the threads share its elements. */
// @ts-ignore: decorator
@inline function combineFlat(operation: i32, job: BinaryArguments, share: i32, shares: i32, aSingle: bool, bSingle: bool): void {
  const vectors = (job.inner + LANES - 1) / LANES;
  const first = shareStart(vectors, share, shares) * LANES, end = min(job.inner, shareStart(vectors, share + 1, shares) * LANES);
  if (first >= end) return;
  const o = floats(first);
  combineRow(operation, job.a + (aSingle ? 0 : o), job.b + (bSingle ? 0 : o), job.out + o, floats(end - first), aSingle, bSingle);
}

// @ts-ignore: decorator
@inline function combineAll(operation: i32, job: BinaryArguments, share: i32, shares: i32): void {
  const rows = job.outer * job.rows, first = shareStart(rows, share, shares), end = shareStart(rows, share + 1, shares);
  if (job.aSingle) {
    if (rows == 1) combineFlat(operation, job, share, shares, true, false);
    else combineRows(operation, job, first, end, true, false);
  } else if (job.bSingle) {
    if (rows == 1) combineFlat(operation, job, share, shares, false, true);
    else combineRows(operation, job, first, end, false, true);
  } else {
    if (rows == 1) combineFlat(operation, job, share, shares, false, false);
    else combineRows(operation, job, first, end, false, false);
  }
}

/** Every operation gets loops of its own: a test inside them would cost as much as the operation. */
export function binary(at: usize, share: i32, shares: i32): void {
  const job = changetype<BinaryArguments>(at);
  switch (job.operation) {
    case Binary.add: combineAll(Binary.add, job, share, shares); break;
    case Binary.subtract: combineAll(Binary.subtract, job, share, shares); break;
    case Binary.multiply: combineAll(Binary.multiply, job, share, shares); break;
    case Binary.divide: combineAll(Binary.divide, job, share, shares); break;
    case Binary.maximum: combineAll(Binary.maximum, job, share, shares); break;
    case Binary.minimum: combineAll(Binary.minimum, job, share, shares); break;
    case Binary.squaredDifference: combineAll(Binary.squaredDifference, job, share, shares); break;
    case Binary.reluGradient: combineAll(Binary.reluGradient, job, share, shares); break;
  }
}
