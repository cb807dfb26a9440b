// The one-dimensional transforms of Winograd's F(4×4, 3×3) and F(2×2, 5×5): Lavin & Gray, "Fast Algorithms for
// Convolutional Neural Networks", 2016, section 4.3, interpolation points 0, ±1, ±2, ∞. Both cut the input into tiles of
// 6×6 and transform those alike. Applied along both axes they turn a 3×3 convolution of a 4×4 output tile from 144 into
// 36 multiplications, and a 5×5 convolution of a 2×2 tile from 100 into 36. Every function works on four channels at
// once; steps are in bytes. A function for both takes the side of the output tile, 4 or 2.

import { activate, multiplyAdd } from "./vector";

/** Bᵀ·x, 6 → 6: input tile. */
// @ts-ignore: decorator
@inline export function transformInput(x0: v128, x1: v128, x2: v128, x3: v128, x4: v128, x5: v128, to: usize, toStep: usize): void {
  const four = f32x4.splat(4), minusFive = f32x4.splat(-5), minusFour = f32x4.splat(-4);
  const even = multiplyAdd(minusFour, x2, x4), odd = multiplyAdd(minusFour, x1, x3);
  const evenTwo = f32x4.sub(x4, x2), oddTwo = f32x4.mul(f32x4.splat(2), f32x4.sub(x3, x1));
  v128.store(to, multiplyAdd(four, x0, multiplyAdd(minusFive, x2, x4)));
  to += toStep;
  v128.store(to, f32x4.add(even, odd));
  to += toStep;
  v128.store(to, f32x4.sub(even, odd));
  to += toStep;
  v128.store(to, f32x4.add(evenTwo, oddTwo));
  to += toStep;
  v128.store(to, f32x4.sub(evenTwo, oddTwo));
  v128.store(to + toStep, multiplyAdd(four, x1, multiplyAdd(minusFive, x3, x5)));
}

/** Filter: 7 − side → 6. */
// @ts-ignore: decorator
@inline export function transformFilter(side: i32, from: usize, fromStep: usize, to: usize, toStep: usize): void {
  if (side == 4) transformFilter3(from, fromStep, to, toStep);
  else transformFilter5(from, fromStep, to, toStep);
}

/** Gradient of the filter: 6 → 7 − side. */
// @ts-ignore: decorator
@inline export function transformFilterGradient(side: i32, from: usize, fromStep: usize, to: usize, toStep: usize): void {
  if (side == 4) transformFilterGradient3(from, fromStep, to, toStep);
  else transformFilterGradient5(from, fromStep, to, toStep);
}

/** Aᵀ·x, 6 → 4: output tile. */
// @ts-ignore: decorator
@inline export function transformOutput4(from: usize, fromStep: usize, to: usize, toStep: usize, activation: i32): void {
  const x0 = v128.load(from), x1 = v128.load(from + fromStep), x2 = v128.load(from + 2 * fromStep);
  const x3 = v128.load(from + 3 * fromStep), x4 = v128.load(from + 4 * fromStep), x5 = v128.load(from + 5 * fromStep);
  const sumOne = f32x4.add(x1, x2), differenceOne = f32x4.sub(x1, x2);
  const sumTwo = f32x4.add(x3, x4), differenceTwo = f32x4.sub(x3, x4);
  v128.store(to, activate(f32x4.add(x0, f32x4.add(sumOne, sumTwo)), activation));
  v128.store(to + toStep, activate(multiplyAdd(f32x4.splat(2), differenceTwo, differenceOne), activation));
  v128.store(to + 2 * toStep, activate(multiplyAdd(f32x4.splat(4), sumTwo, sumOne), activation));
  v128.store(to + 3 * toStep, activate(f32x4.add(x5, multiplyAdd(f32x4.splat(8), differenceTwo, differenceOne)), activation));
}

/** A·x, 4 → 6: tile of the output's gradient. */
// @ts-ignore: decorator
@inline export function transformOutputGradient4(x0: v128, x1: v128, x2: v128, x3: v128, to: usize, toStep: usize): void {
  const four = f32x4.splat(4);
  const even = f32x4.add(x0, x2), odd = f32x4.add(x1, x3);
  const evenTwo = multiplyAdd(four, x2, x0), oddTwo = f32x4.mul(f32x4.splat(2), multiplyAdd(four, x3, x1));
  v128.store(to, x0);
  v128.store(to + toStep, f32x4.add(even, odd));
  v128.store(to + 2 * toStep, f32x4.sub(even, odd));
  v128.store(to + 3 * toStep, f32x4.add(evenTwo, oddTwo));
  v128.store(to + 4 * toStep, f32x4.sub(evenTwo, oddTwo));
  v128.store(to + 5 * toStep, x3);
}

/** G·x, 3 → 6. */
// @ts-ignore: decorator
@inline function transformFilter3(from: usize, fromStep: usize, to: usize, toStep: usize): void {
  const x0 = v128.load(from), x1 = v128.load(from + fromStep), x2 = v128.load(from + 2 * fromStep);
  const sixth = f32x4.splat(1.0 / 6);
  const even = f32x4.mul(f32x4.splat(-1.0 / 6), f32x4.add(x0, x2)), odd = f32x4.mul(sixth, x1);
  const evenTwo = multiplyAdd(f32x4.splat(1.0 / 24), x0, f32x4.mul(sixth, x2)), oddTwo = f32x4.mul(f32x4.splat(1.0 / 12), x1);
  v128.store(to, f32x4.mul(f32x4.splat(0.25), x0));
  v128.store(to + toStep, f32x4.sub(even, odd));
  v128.store(to + 2 * toStep, f32x4.add(even, odd));
  v128.store(to + 3 * toStep, f32x4.add(evenTwo, oddTwo));
  v128.store(to + 4 * toStep, f32x4.sub(evenTwo, oddTwo));
  v128.store(to + 5 * toStep, x2);
}

/** Gᵀ·x, 6 → 3. */
// @ts-ignore: decorator
@inline function transformFilterGradient3(from: usize, fromStep: usize, to: usize, toStep: usize): void {
  const x0 = v128.load(from), x1 = v128.load(from + fromStep), x2 = v128.load(from + 2 * fromStep);
  const x3 = v128.load(from + 3 * fromStep), x4 = v128.load(from + 4 * fromStep), x5 = v128.load(from + 5 * fromStep);
  const sixth = f32x4.splat(1.0 / 6);
  const sumOne = f32x4.mul(f32x4.splat(-1.0 / 6), f32x4.add(x1, x2)), sumTwo = f32x4.add(x3, x4);
  v128.store(to, f32x4.add(f32x4.mul(f32x4.splat(0.25), x0), multiplyAdd(f32x4.splat(1.0 / 24), sumTwo, sumOne)));
  v128.store(to + toStep, multiplyAdd(sixth, f32x4.sub(x2, x1), f32x4.mul(f32x4.splat(1.0 / 12), f32x4.sub(x3, x4))));
  v128.store(to + 2 * toStep, f32x4.add(x5, multiplyAdd(sixth, sumTwo, sumOne)));
}

/** Aᵀ·x, 6 → 2: output tile. */
// @ts-ignore: decorator
@inline export function transformOutput2(from: usize, fromStep: usize, to: usize, toStep: usize, activation: i32): void {
  const x0 = v128.load(from), x1 = v128.load(from + fromStep), x2 = v128.load(from + 2 * fromStep);
  const x3 = v128.load(from + 3 * fromStep), x4 = v128.load(from + 4 * fromStep), x5 = v128.load(from + 5 * fromStep);
  v128.store(to, activate(f32x4.add(x0, f32x4.add(f32x4.add(x1, x2), f32x4.add(x3, x4))), activation));
  const y1 = f32x4.add(x5, multiplyAdd(f32x4.splat(2), f32x4.sub(x3, x4), f32x4.sub(x1, x2)));
  v128.store(to + toStep, activate(y1, activation));
}

/** A·x, 2 → 6: tile of the output's gradient. */
// @ts-ignore: decorator
@inline export function transformOutputGradient2(x0: v128, x1: v128, to: usize, toStep: usize): void {
  const two = f32x4.mul(f32x4.splat(2), x1);
  v128.store(to, x0);
  v128.store(to + toStep, f32x4.add(x0, x1));
  v128.store(to + 2 * toStep, f32x4.sub(x0, x1));
  v128.store(to + 3 * toStep, f32x4.add(x0, two));
  v128.store(to + 4 * toStep, f32x4.sub(x0, two));
  v128.store(to + 5 * toStep, x1);
}

/** G·x, 5 → 6. */
// @ts-ignore: decorator
@inline function transformFilter5(from: usize, fromStep: usize, to: usize, toStep: usize): void {
  const x0 = v128.load(from), x1 = v128.load(from + fromStep), x2 = v128.load(from + 2 * fromStep);
  const x3 = v128.load(from + 3 * fromStep), x4 = v128.load(from + 4 * fromStep), sixth = f32x4.splat(1.0 / 6);
  const even = f32x4.mul(f32x4.splat(-1.0 / 6), f32x4.add(f32x4.add(x0, x2), x4)), odd = f32x4.mul(sixth, f32x4.add(x1, x3));
  const evenTwo = multiplyAdd(f32x4.splat(1.0 / 24), x0, multiplyAdd(sixth, x2, f32x4.mul(f32x4.splat(2.0 / 3), x4)));
  const oddTwo = multiplyAdd(f32x4.splat(1.0 / 12), x1, f32x4.mul(f32x4.splat(1.0 / 3), x3));
  v128.store(to, f32x4.mul(f32x4.splat(0.25), x0));
  v128.store(to + toStep, f32x4.sub(even, odd));
  v128.store(to + 2 * toStep, f32x4.add(even, odd));
  v128.store(to + 3 * toStep, f32x4.add(evenTwo, oddTwo));
  v128.store(to + 4 * toStep, f32x4.sub(evenTwo, oddTwo));
  v128.store(to + 5 * toStep, x4);
}

/** Gᵀ·x, 6 → 5. */
// @ts-ignore: decorator
@inline function transformFilterGradient5(from: usize, fromStep: usize, to: usize, toStep: usize): void {
  const x0 = v128.load(from), x1 = v128.load(from + fromStep), x2 = v128.load(from + 2 * fromStep);
  const x3 = v128.load(from + 3 * fromStep), x4 = v128.load(from + 4 * fromStep), x5 = v128.load(from + 5 * fromStep);
  const sixth = f32x4.splat(1.0 / 6), third = f32x4.splat(1.0 / 3);
  const sumOne = f32x4.mul(f32x4.splat(-1.0 / 6), f32x4.add(x1, x2)), sumTwo = f32x4.add(x3, x4);
  const differenceOne = f32x4.mul(sixth, f32x4.sub(x2, x1)), differenceTwo = f32x4.sub(x3, x4);
  v128.store(to, f32x4.add(f32x4.mul(f32x4.splat(0.25), x0), multiplyAdd(f32x4.splat(1.0 / 24), sumTwo, sumOne)));
  v128.store(to + toStep, multiplyAdd(f32x4.splat(1.0 / 12), differenceTwo, differenceOne));
  v128.store(to + 2 * toStep, multiplyAdd(sixth, sumTwo, sumOne));
  v128.store(to + 3 * toStep, multiplyAdd(third, differenceTwo, differenceOne));
  v128.store(to + 4 * toStep, f32x4.add(x5, multiplyAdd(f32x4.splat(2.0 / 3), sumTwo, sumOne)));
}
