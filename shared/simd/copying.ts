import {
  backend_util,
  Concat,
  type ConcatAttrs,
  GatherV2,
  type GatherV2Attrs,
  PadV2,
  type PadV2Attrs,
  Slice,
  type SliceAttrs,
  SplitV,
  type SplitVAttrs,
  slice_util,
  type Tensor,
  type TensorInfo,
  Transpose,
  type TransposeAttrs,
  util,
} from "@tensorflow/tfjs-core";
import type { SimdBackend } from "./backend.ts";
import { defineKernel, type SimdKernel } from "./kernel.ts";
import { areFloats, sizeOf } from "./shape.ts";

/**
 * Kernels that only move numbers. tfjs's cpu kernels work out the place of every single number, at about 100 ns each;
 * here whole runs are copied.
 */
export const copyingKernels: readonly SimdKernel[] = [
  defineKernel<{ x: TensorInfo }, SliceAttrs>(Slice, (backend, { x }, { begin, size }) => {
    if (!areFloats(x)) return undefined;
    const { from, sizes } = sliced(x, begin, size);
    if (sizeOf(sizes) === 0) return undefined;
    return partOf(backend, x, from, sizes);
  }),
  defineKernel<{ x: TensorInfo }, SplitVAttrs>(SplitV, (backend, { x }, { numOrSizeSplits, axis }) => {
    if (!areFloats(x)) return undefined;
    const [along = 0] = util.parseAxisParam(axis, x.shape);
    const lengths = backend_util.prepareSplitSize(tensorLike(x), numOrSizeSplits, along);
    if (lengths.includes(0)) return undefined;
    let start = 0;
    return lengths.map((length) => {
      const from = x.shape.map((_, at) => (at === along ? start : 0));
      start += length;
      return partOf(
        backend,
        x,
        from,
        x.shape.map((it, at) => (at === along ? length : it)),
      );
    });
  }),
  defineKernel<{ x: TensorInfo }, PadV2Attrs>(PadV2, (backend, { x }, { paddings, constantValue }) => {
    if (!areFloats(x)) return undefined;
    backend.address(x);
    const shape = x.shape.map((it, axis) => it + (paddings[axis]?.[0] ?? 0) + (paddings[axis]?.[1] ?? 0));
    const result = backend.newTensor(shape);
    const values = backend.valuesOf(result).fill(constantValue);
    const steps = stepsOf(shape);
    const start = dot(
      paddings.map(([before]) => before),
      steps,
    );
    copy(x.shape, backend.valuesOf(x), 0, stepsOf(x.shape), values, start, steps);
    return result;
  }),
  defineKernel<readonly TensorInfo[], ConcatAttrs>(Concat, (backend, inputs, { axis }) => {
    // The engine hands over a record with the keys 0, 1, … as a list.
    const parts = Object.values(inputs);
    const [first] = parts;
    if (!first || parts.length < 2 || !areFloats(...parts)) return undefined;
    const [along = 0] = util.parseAxisParam(axis, first.shape);
    const shape = [...first.shape];
    shape[along] = parts.reduce((sum, it) => sum + (it.shape[along] ?? 0), 0);
    for (const part of parts) backend.address(part);
    const result = backend.newTensor(shape);
    const values = backend.valuesOf(result);
    const steps = stepsOf(shape);
    let start = 0;
    for (const part of parts) {
      copy(part.shape, backend.valuesOf(part), 0, stepsOf(part.shape), values, start, steps);
      start += (part.shape[along] ?? 0) * (steps[along] ?? 0);
    }
    return result;
  }),
  defineKernel<{ x: TensorInfo }, TransposeAttrs>(Transpose, (backend, { x }, { perm }) => {
    if (!areFloats(x)) return undefined;
    backend.address(x);
    const shape = perm.map((axis) => x.shape[axis] ?? 1);
    const result = backend.newTensor(shape);
    const steps = stepsOf(x.shape);
    const turned = perm.map((axis) => steps[axis] ?? 0);
    copy(shape, backend.valuesOf(x), 0, turned, backend.valuesOf(result), 0, stepsOf(shape));
    return result;
  }),
  defineKernel<{ x: TensorInfo; indices: TensorInfo }, GatherV2Attrs>(
    GatherV2,
    (backend, { x, indices }, { axis, batchDims }) => {
      if (!areFloats(x) || batchDims !== 0 || indices.dtype !== "int32" || indices.shape.length !== 1)
        return undefined;
      const [along = 0] = util.parseAxisParam(axis, x.shape);
      const { values: places } = backend.data.get(indices.dataId);
      const length = x.shape[along] ?? 0;
      // Places outside are the cpu kernel's to refuse.
      if (!(places instanceof Int32Array) || !places.length || places.some((it) => it < 0 || it >= length))
        return undefined;
      backend.address(x);
      const shape = [...x.shape];
      shape[along] = places.length;
      const result = backend.newTensor(shape);
      const outer = sizeOf(x.shape.slice(0, along));
      const inner = sizeOf(x.shape.slice(along + 1));
      const [from, to] = [backend.valuesOf(x), backend.valuesOf(result)];
      for (let block = 0, at = 0; block < outer; block++)
        for (let index = 0; index < places.length; index++, at += inner)
          copyRun(from, (block * length + (places[index] ?? 0)) * inner, to, at, inner);
      return result;
    },
  ),
];

/** Where a slice begins and how far it reaches, with −1 and numbers left out filled in. */
function sliced(
  x: TensorInfo,
  begin: number | number[],
  size: number | number[],
): { readonly from: number[]; readonly sizes: number[] } {
  const [from = [], sizes = []] = slice_util.parseSliceParams(tensorLike(x), begin, size);
  slice_util.assertParamsValid(tensorLike(x), from, sizes);
  return { from, sizes };
}

// tfjs's own helpers look at nothing but shape and rank, but are typed for tensors.
const tensorLike = ({ shape }: TensorInfo): Tensor => ({ shape, rank: shape.length }) as unknown as Tensor;

function partOf(backend: SimdBackend, x: TensorInfo, from: readonly number[], sizes: number[]): TensorInfo {
  backend.address(x);
  const result = backend.newTensor(sizes);
  const steps = stepsOf(x.shape);
  copy(sizes, backend.valuesOf(x), dot(from, steps), steps, backend.valuesOf(result), 0, stepsOf(sizes));
  return result;
}

/** Elements from one entry of each axis to the next, of a dense tensor. */
function stepsOf(shape: readonly number[]): readonly number[] {
  const steps = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--)
    steps[axis] = (steps[axis + 1] ?? 1) * (shape[axis + 1] ?? 1);
  return steps;
}

const dot = (places: readonly number[], steps: readonly number[]): number =>
  places.reduce((sum, it, axis) => sum + it * (steps[axis] ?? 0), 0);

interface Axis {
  readonly size: number;
  readonly fromStep: number;
  readonly toStep: number;
}

/** Copies a grid of numbers from one place and spacing to another. */
function copy(
  sizes: readonly number[],
  from: Float32Array,
  fromStart: number,
  fromSteps: readonly number[],
  to: Float32Array,
  toStart: number,
  toSteps: readonly number[],
): void {
  const axes: Axis[] = [];
  // Neighbouring axes that lie dense on both sides are one.
  for (let at = sizes.length - 1; at >= 0; at--) {
    const size = sizes[at] ?? 1;
    if (size === 1) continue;
    const axis = { size, fromStep: fromSteps[at] ?? 0, toStep: toSteps[at] ?? 0 };
    const inner = axes.at(-1);
    if (inner && axis.fromStep === inner.size * inner.fromStep && axis.toStep === inner.size * inner.toStep)
      axes[axes.length - 1] = { ...inner, size: inner.size * size };
    else axes.push(axis);
  }
  copyAxes(axes, axes.length - 1, from, fromStart, to, toStart);
}

/** `axes` runs from the innermost to the outermost; those up to `last` are still to be walked. */
function copyAxes(
  axes: readonly Axis[],
  last: number,
  from: Float32Array,
  fromStart: number,
  to: Float32Array,
  toStart: number,
): void {
  const axis = axes[last];
  if (!axis) {
    to[toStart] = from[fromStart] ?? 0;
    return;
  }
  const { size, fromStep, toStep } = axis;
  if (last > 0)
    for (let index = 0; index < size; index++)
      copyAxes(axes, last - 1, from, fromStart + index * fromStep, to, toStart + index * toStep);
  else if (fromStep === 1 && toStep === 1) copyRun(from, fromStart, to, toStart, size);
  else
    for (let index = 0, i = fromStart, j = toStart; index < size; index++, i += fromStep, j += toStep)
      to[j] = from[i] ?? 0;
}

// A call of `set` costs as much as copying so many numbers one by one.
const shortRun = 48;

function copyRun(
  from: Float32Array,
  fromStart: number,
  to: Float32Array,
  toStart: number,
  size: number,
): void {
  if (size >= shortRun) to.set(from.subarray(fromStart, fromStart + size), toStart);
  else for (let index = 0; index < size; index++) to[toStart + index] = from[fromStart + index] ?? 0;
}
