// Copies between arrays given by address; all shapes with the batch first.

import { Kernel } from "./kernels/protocol.ts";
import { floatBits, type Launcher } from "./launcher.ts";
import { sizeOf } from "./shape.ts";

/** One axis of a grid of numbers; steps are in numbers from one entry to the next, 0 where the source is repeated. */
export interface GridAxis {
  readonly size: number;
  readonly fromStep: number;
  readonly toStep: number;
}

/** Axes that a kernel walks; further ones cost a kernel each time. */
const axesOfKernel = 5;
const single: GridAxis = { size: 1, fromStep: 1, toStep: 1 };

/** Copies a grid, the outermost axis first, from one place and spacing to another. */
export function copyGrid(launcher: Launcher, axes: readonly GridAxis[], from: number, to: number): void {
  const merged = mergedAxes(axes);
  if (merged.length > axesOfKernel) {
    const [outer = single, ...inner] = merged;
    for (let index = 0; index < outer.size; index++)
      copyGrid(launcher, inner, from + index * outer.fromStep * 4, to + index * outer.toStep * 4);
    return;
  }
  const size = merged.reduce((product, it) => product * it.size, 1);
  if (size === 0) return;
  const five = spreadOut(merged);
  launcher.run(Kernel.copyGrid, launcher.sharesFor(size / 4), [
    ...five.map((it) => it.size),
    from,
    to,
    ...five.map((it) => it.fromStep * 4),
    ...five.map((it) => it.toStep * 4),
  ]);
}

/** Neighbouring axes that lie dense on both sides are one. */
function mergedAxes(axes: readonly GridAxis[]): readonly GridAxis[] {
  const merged: GridAxis[] = [];
  for (const axis of axes) {
    const outer = merged.at(-1);
    if (axis.size === 1) continue;
    if (outer && outer.fromStep === axis.size * axis.fromStep && outer.toStep === axis.size * axis.toStep)
      merged[merged.length - 1] = { ...axis, size: outer.size * axis.size };
    else merged.push(axis);
  }
  return merged;
}

/** Five axes; the threads share the two outermost, so that the first is not left idle and one long run is cut. */
function spreadOut(axes: readonly GridAxis[]): readonly GridAxis[] {
  const [only] = axes;
  if (axes.length === 1 && only && only.size >= 1024 && only.size % 64 === 0) {
    const run = only.size / 64;
    const outer = { size: 64, fromStep: only.fromStep * run, toStep: only.toStep * run };
    return [outer, single, single, single, { ...only, size: run }];
  }
  const [inner = single, ...others] = axes.toReversed();
  const outers = others.toReversed();
  return [...outers, ...Array.from({ length: axesOfKernel - 1 - outers.length }, () => single), inner];
}

/** Numbers from one entry of each axis to the next, of a dense array. */
export function stepsOf(shape: readonly number[]): readonly number[] {
  const steps = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--)
    steps[axis] = (steps[axis + 1] ?? 1) * (shape[axis + 1] ?? 1);
  return steps;
}

const gridOf = (
  sizes: readonly number[],
  fromSteps: readonly number[],
  toSteps: readonly number[],
): readonly GridAxis[] =>
  sizes.map((size, axis) => ({ size, fromStep: fromSteps[axis] ?? 0, toStep: toSteps[axis] ?? 0 }));

/** The part of x [...shape] that begins at `begin` and has the given sizes. */
export function runSlice(
  launcher: Launcher,
  shape: readonly number[],
  begin: readonly number[],
  sizes: readonly number[],
  x: number,
  out: number,
): void {
  const steps = stepsOf(shape);
  copyGrid(launcher, gridOf(sizes, steps, stepsOf(sizes)), x + offsetOf(begin, steps) * 4, out);
}

/** Puts x [...sizes] into out [...shape] from `begin` on; the rest of `out` stays as it is. */
export function runInsert(
  launcher: Launcher,
  shape: readonly number[],
  begin: readonly number[],
  sizes: readonly number[],
  x: number,
  out: number,
): void {
  const steps = stepsOf(shape);
  copyGrid(launcher, gridOf(sizes, stepsOf(sizes), steps), x, out + offsetOf(begin, steps) * 4);
}

const offsetOf = (begin: readonly number[], steps: readonly number[]): number =>
  begin.reduce((sum, it, axis) => sum + it * (steps[axis] ?? 0), 0);

export function runFill(launcher: Launcher, count: number, value: number, out: number): void {
  launcher.run(Kernel.fill, launcher.sharesFor(count / 4), [count, out, floatBits(value)]);
}

/** x [...sizes] in the midst of `value`: `before` entries of it come first along each axis of out [...shape]. */
export function runPad(
  launcher: Launcher,
  shape: readonly number[],
  before: readonly number[],
  sizes: readonly number[],
  value: number,
  x: number,
  out: number,
): void {
  runFill(launcher, sizeOf(shape), value, out);
  runInsert(launcher, shape, before, sizes, x, out);
}

/** out's axis i is x's axis `order[i]`; `shape` is that of x. */
export function runTranspose(
  launcher: Launcher,
  shape: readonly number[],
  order: readonly number[],
  x: number,
  out: number,
): void {
  const steps = stepsOf(shape);
  const turned = order.map((axis) => shape[axis] ?? 1);
  const grid = gridOf(
    turned,
    order.map((axis) => steps[axis] ?? 0),
    stepsOf(turned),
  );
  copyGrid(launcher, grid, x, out);
}

/** x repeated along every axis where it has size 1 and `shape` has not; both have one rank. */
export function runExpand(
  launcher: Launcher,
  from: readonly number[],
  shape: readonly number[],
  x: number,
  out: number,
): void {
  const steps = stepsOf(from).map((step, axis) => (from[axis] === 1 ? 0 : step));
  copyGrid(launcher, gridOf(shape, steps, stepsOf(shape)), x, out);
}

/** Every pixel of x [images, height, width, channels] `down` × `right` times. */
export function runRepeatPixels(
  launcher: Launcher,
  [images, height, width, channels]: readonly [number, number, number, number],
  down: number,
  right: number,
  x: number,
  out: number,
): void {
  const shape = [images * height, down, width, right, channels];
  const from = [width * channels, 0, channels, 0, 1];
  copyGrid(launcher, gridOf(shape, from, stepsOf(shape)), x, out);
}

/**
 * out [images, outPlaces, size] = x [images, places, size] with place `table[i]` at i; the table [outPlaces] is int32.
 * The gradient of a permutation is the same with the inverse table.
 */
export function runGather(
  launcher: Launcher,
  [images, places, size]: readonly [number, number, number],
  outPlaces: number,
  table: number,
  x: number,
  out: number,
): void {
  const shares = launcher.sharesFor((images * outPlaces * size) / 4);
  launcher.run(Kernel.gather, shares, [images, places, outPlaces, size, x, table, out]);
}
