// exp, log, sigmoid and tanh of four floats, to about 1e-7 of the result. Polynomials and constants: S. L. Moshier,
// Cephes Mathematical Library, single precision (expf, logf, tanhf).

import { multiplyAdd, zero } from "./vector";

// ln 2 in two parts, the first of which has few enough bits to be multiplied by a small integer without rounding.
// @ts-ignore: decorator
@inline const LN2_HIGH: f32 = 0.693359375;
// @ts-ignore: decorator
@inline const LN2_LOW: f32 = -2.12194440e-4;
// @ts-ignore: decorator
@inline const MANTISSA_BITS: i32 = 23;
// @ts-ignore: decorator
@inline const EXPONENT_BIAS: i32 = 127;

/** 1.5·2²³: a small number added to it is rounded to a whole one, which then stands in the last bits. */
// @ts-ignore: decorator
@inline const ROUNDER: f32 = 12582912;

// @ts-ignore: decorator
@inline function splat(value: f32): v128 {
  return f32x4.splat(value);
}

// @ts-ignore: decorator
@inline function powerOfTwo(exponent: v128): v128 {
  return i32x4.shl(i32x4.add(exponent, i32x4.splat(EXPONENT_BIAS)), MANTISSA_BITS);
}

/**
 * Beyond the bounds the result is infinite or 0 in any case. pmin and pmax, in this order of operands, keep NaN; min and
 * max would too, and the rounding instructions would do as well, but each of them is several instructions on x86.
 */
// @ts-ignore: decorator
@inline export function exponential(value: v128): v128 {
  const x = f32x4.pmax(f32x4.pmin(value, splat(89)), splat(-104));
  const rounded = multiplyAdd(x, splat(1.44269504088896341), splat(ROUNDER)), whole = f32x4.sub(rounded, splat(ROUNDER));
  const rest = f32x4.sub(f32x4.sub(x, f32x4.mul(whole, splat(LN2_HIGH))), f32x4.mul(whole, splat(LN2_LOW)));
  let y = splat(1.9875691500e-4);
  y = multiplyAdd(y, rest, splat(1.3981999507e-3));
  y = multiplyAdd(y, rest, splat(8.3334519073e-3));
  y = multiplyAdd(y, rest, splat(4.1665795894e-2));
  y = multiplyAdd(y, rest, splat(1.6666665459e-1));
  y = multiplyAdd(y, rest, splat(5.0000001201e-1));
  y = f32x4.add(multiplyAdd(y, f32x4.mul(rest, rest), rest), splat(1));
  // Two factors, because 2¹²⁸ and 2⁻¹⁵⁰ are no floats themselves.
  const exponent = i32x4.sub(rounded, splat(ROUNDER)), half = i32x4.shr_s(exponent, 1);
  return f32x4.mul(f32x4.mul(y, powerOfTwo(half)), powerOfTwo(i32x4.sub(exponent, half)));
}

// @ts-ignore: decorator
@inline export function sigmoid(x: v128): v128 {
  return f32x4.div(splat(1), f32x4.add(splat(1), exponential(f32x4.neg(x))));
}

// @ts-ignore: decorator
@inline export function hyperbolicTangent(x: v128): v128 {
  const size = f32x4.abs(x), square = f32x4.mul(x, x);
  let small = splat(-5.70498872745e-3);
  small = multiplyAdd(small, square, splat(2.06390887954e-2));
  small = multiplyAdd(small, square, splat(-5.37397155531e-2));
  small = multiplyAdd(small, square, splat(1.33314422036e-1));
  small = multiplyAdd(small, square, splat(-3.33332819422e-1));
  small = multiplyAdd(f32x4.mul(small, square), x, x);
  const large = f32x4.sub(splat(1), f32x4.div(splat(2), f32x4.add(exponential(f32x4.add(size, size)), splat(1))));
  const signed = v128.or(large, v128.and(x, i32x4.splat(i32.MIN_VALUE)));
  return v128.bitselect(signed, small, f32x4.ge(size, splat(0.625)));
}

// @ts-ignore: decorator
@inline export function logarithm(value: v128): v128 {
  // Denormals are brought into the normal range first.
  const denormal = f32x4.lt(value, splat(1.17549435e-38));
  const x = v128.bitselect(f32x4.mul(value, splat(8388608)), value, denormal);
  const bits = i32x4.sub(i32x4.shr_u(x, MANTISSA_BITS), i32x4.splat(EXPONENT_BIAS - 1));
  let exponent = f32x4.sub(f32x4.convert_i32x4_s(bits), v128.and(splat(23), denormal));
  let m = v128.or(v128.and(x, i32x4.splat(0x007fffff)), splat(0.5));
  const below = f32x4.lt(m, splat(0.707106781186547524));
  exponent = f32x4.sub(exponent, v128.and(splat(1), below));
  m = f32x4.sub(f32x4.add(m, v128.and(m, below)), splat(1));
  const square = f32x4.mul(m, m);
  let y = splat(7.0376836292e-2);
  y = multiplyAdd(y, m, splat(-1.1514610310e-1));
  y = multiplyAdd(y, m, splat(1.1676998740e-1));
  y = multiplyAdd(y, m, splat(-1.2420140846e-1));
  y = multiplyAdd(y, m, splat(1.4249322787e-1));
  y = multiplyAdd(y, m, splat(-1.6668057665e-1));
  y = multiplyAdd(y, m, splat(2.0000714765e-1));
  y = multiplyAdd(y, m, splat(-2.4999993993e-1));
  y = multiplyAdd(y, m, splat(3.3333331174e-1));
  y = f32x4.mul(f32x4.mul(y, m), square);
  y = multiplyAdd(exponent, splat(LN2_LOW), y);
  y = multiplyAdd(square, splat(-0.5), y);
  let result = multiplyAdd(exponent, splat(LN2_HIGH), f32x4.add(m, y));
  result = v128.bitselect(splat(-Infinity), result, f32x4.eq(value, zero()));
  result = v128.bitselect(value, result, f32x4.eq(value, splat(Infinity)));
  // "not ≥ 0" is true for negative numbers and NaN.
  return v128.bitselect(result, splat(NaN), f32x4.ge(value, zero()));
}
