// Layers that join several inputs value by value, with broadcasting, on arrays given by address. Shapes have the batch
// first and are of one rank; an input of size 1 along an axis is repeated along it.

import { broadcast } from "./broadcast.ts";
import { Binary, Kernel } from "./kernels/protocol.ts";
import { floatBits, type Launcher } from "./launcher.ts";
import { copyGrid, runExpand } from "./run-copy.ts";
import { combine, combineFlat } from "./run-elementwise.ts";
import { sumColumns, sumRows } from "./run-reduction.ts";
import { sizeOf } from "./shape.ts";

export interface Merge {
  readonly operation: "add" | "average" | "multiply" | "maximum";
  /** Of the result. */
  readonly shape: readonly number[];
  /** Of the inputs, two or more. */
  readonly shapes: readonly (readonly number[])[];
}

const operations = {
  add: Binary.add,
  average: Binary.add,
  multiply: Binary.multiply,
  maximum: Binary.maximum,
} as const;

/** Numbers that `workspace` must hold: for every repeated input itself and its gradient, and two sums in the making. */
export const mergeWorkspace = ({ shape, shapes }: Merge): number =>
  sizeOf(shape) * (2 * shapes.filter((it) => !isWhole(it, shape)).length + 2);

const isWhole = (it: readonly number[], shape: readonly number[]): boolean => sizeOf(it) === sizeOf(shape);

export function runMerge(
  launcher: Launcher,
  merge: Merge,
  inputs: readonly number[],
  out: number,
  workspace: number,
): void {
  const { operation, shape, shapes } = merge;
  const size = sizeOf(shape);
  // The operations take their operands in any order: a whole one first, if there is one.
  const given = shapes.map((it, index) => ({ shape: it, address: inputs[index] ?? 0 }));
  const order = given.toSorted((a, b) => sizeOf(b.shape) - sizeOf(a.shape));
  const [first, ...others] = order;
  if (!first) return;
  let sum = first.address;
  if (!isWhole(first.shape, shape)) {
    runExpand(launcher, first.shape, shape, sum, out);
    sum = out;
  }
  for (const other of others) {
    join(launcher, operations[operation], shape, other, sum, out, workspace);
    sum = out;
  }
  if (operation === "average") runAffine(launcher, size, 1 / inputs.length, 0, out, out);
}

interface Placed {
  readonly shape: readonly number[];
  readonly address: number;
}

/** out = whole ∘ part, the part repeated where it must be. */
function join(
  launcher: Launcher,
  operation: Binary,
  shape: readonly number[],
  part: Placed,
  whole: number,
  out: number,
  workspace: number,
): void {
  const plan = broadcast([...shape], [...part.shape]);
  if (plan) {
    combine(launcher, operation, plan, whole, part.address, out);
    return;
  }
  runExpand(launcher, part.shape, shape, part.address, workspace);
  combineFlat(launcher, operation, sizeOf(shape), whole, workspace, out);
}

/**
 * Gradients of a merge. `out` is its result, `results` where each input's gradient goes, 0 where none is wanted. They are
 * written, not added. Equal maxima share a slope evenly.
 */
export function runMergeGradient(
  launcher: Launcher,
  merge: Merge,
  inputs: readonly number[],
  out: number,
  dy: number,
  results: readonly number[],
  workspace: number,
): void {
  const { operation, shape, shapes } = merge;
  const size = sizeOf(shape);
  const spare = workspace + size * 4;
  if (operation === "maximum") {
    maximumGradient(launcher, merge, inputs, out, dy, results, workspace);
    return;
  }
  for (const [index, own] of shapes.entries()) {
    const result = results[index];
    if (!result) continue;
    const whole = isWhole(own, shape);
    let slopes = dy;
    if (operation === "average") {
      slopes = whole ? result : workspace;
      runAffine(launcher, size, 1 / inputs.length, 0, dy, slopes);
    }
    if (operation === "multiply") {
      const to = whole ? result : workspace;
      for (const [other, its] of shapes.entries()) {
        if (other === index) continue;
        join(
          launcher,
          Binary.multiply,
          shape,
          { shape: its, address: inputs[other] ?? 0 },
          slopes,
          to,
          spare,
        );
        slopes = to;
      }
    }
    if (slopes !== result) runSumTo(launcher, shape, own, slopes, result, spare);
  }
}

function maximumGradient(
  launcher: Launcher,
  { shape, shapes }: Merge,
  inputs: readonly number[],
  out: number,
  dy: number,
  results: readonly number[],
  workspace: number,
): void {
  const size = sizeOf(shape);
  let next = workspace + 2 * size * 4;
  const take = (): number => {
    const at = next;
    next += size * 4;
    return at;
  };
  const wholes = shapes.map((own, index) => {
    const [input, result] = [inputs[index] ?? 0, results[index] ?? 0];
    if (isWhole(own, shape)) return { input, slopes: result };
    const expanded = take();
    runExpand(launcher, own, shape, input, expanded);
    const slopes = take();
    return { input: expanded, slopes: result ? slopes : 0 };
  });
  launcher.run(Kernel.maximumGradient, launcher.sharesFor((size * inputs.length) / 4), [
    ...[size, inputs.length, out, dy],
    ...wholes.map((it) => it.input),
    ...wholes.map((it) => it.slopes),
  ]);
  for (const [index, own] of shapes.entries()) {
    const result = results[index];
    const slopes = wholes[index]?.slopes;
    if (result && slopes && slopes !== result) runSumTo(launcher, shape, own, slopes, result, workspace);
  }
}

/** out = x · scale + offset for `count` values; `out` may be `x`. */
export function runAffine(
  launcher: Launcher,
  count: number,
  scale: number,
  offset: number,
  x: number,
  out: number,
): void {
  launcher.run(Kernel.affine, launcher.sharesFor(count / 4), [
    ...[count, x, out, floatBits(scale), floatBits(offset)],
  ]);
}

/**
 * Sums x [...shape] along every axis where `own` is 1 and `shape` is not: the gradient of a repetition. `workspace` holds
 * as many numbers as x.
 */
export function runSumTo(
  launcher: Launcher,
  shape: readonly number[],
  own: readonly number[],
  x: number,
  out: number,
  workspace: number,
): void {
  const groups = groupsOf(shape, own);
  let left = groups.filter((it) => it.repeated).length;
  if (left === 0) copyGrid(launcher, [{ size: sizeOf(shape), fromStep: 1, toStep: 1 }], x, out);
  let from = x;
  let inner = 1;
  let size = sizeOf(shape);
  let free = workspace;
  // From the last axis to the first; each sum at least halves what is left, so that the next one fits behind it.
  for (const group of groups.toReversed()) {
    if (!group.repeated) {
      inner *= group.size;
      continue;
    }
    const outer = size / group.size / inner;
    size /= group.size;
    left--;
    const to = left === 0 ? out : free;
    free += size * 4;
    if (inner === 1) sumRows(launcher, outer, group.size, from, to, 1);
    else sumColumns(launcher, outer, group.size, inner, from, to, 1);
    from = to;
  }
}

/** Neighbouring axes that are all repeated, or all not, as one. */
function groupsOf(shape: readonly number[], own: readonly number[]) {
  const groups: { size: number; readonly repeated: boolean }[] = [];
  for (const [axis, size] of shape.entries()) {
    if (size === 1) continue;
    const repeated = own[axis] === 1;
    const last = groups.at(-1);
    if (last?.repeated === repeated) last.size *= size;
    else groups.push({ size, repeated });
  }
  return groups;
}
