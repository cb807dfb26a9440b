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
import { runGather, runInsert, runPad, runSlice, runTranspose } from "./run-copy.ts";
import { areFloats, sizeOf } from "./shape.ts";

/**
 * Kernels that only move numbers. tfjs's cpu kernels work out the place of every single number, at about 100 ns each.
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
    const input = backend.address(x);
    const shape = x.shape.map((it, axis) => it + (paddings[axis]?.[0] ?? 0) + (paddings[axis]?.[1] ?? 0));
    const result = backend.newTensor(shape);
    const before = paddings.map(([count]) => count);
    runPad(backend, shape, before, x.shape, constantValue, input, backend.address(result));
    return result;
  }),
  defineKernel<readonly TensorInfo[], ConcatAttrs>(Concat, (backend, inputs, { axis }) => {
    // The engine hands over a record with the keys 0, 1, … as a list.
    const parts = Object.values(inputs);
    const [first] = parts;
    if (!first || parts.length < 2 || !areFloats(...parts)) return undefined;
    const [along = 0] = util.parseAxisParam(axis, first.shape);
    backend_util.assertParamsConsistent(
      parts.map((it) => it.shape),
      along,
    );
    const shape = [...first.shape];
    shape[along] = parts.reduce((sum, it) => sum + (it.shape[along] ?? 0), 0);
    const addresses = parts.map((it) => backend.address(it));
    const result = backend.newTensor(shape);
    const begin = shape.map(() => 0);
    for (const [index, part] of parts.entries()) {
      runInsert(backend, shape, begin, part.shape, addresses[index] ?? 0, backend.address(result));
      begin[along] = (begin[along] ?? 0) + (part.shape[along] ?? 0);
    }
    return result;
  }),
  defineKernel<{ x: TensorInfo }, TransposeAttrs>(Transpose, (backend, { x }, { perm }) => {
    if (!areFloats(x)) return undefined;
    const input = backend.address(x);
    const result = backend.newTensor(perm.map((axis) => x.shape[axis] ?? 1));
    runTranspose(backend, x.shape, perm, input, backend.address(result));
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
      const input = backend.address(x);
      const shape = [...x.shape];
      shape[along] = places.length;
      const result = backend.newTensor(shape);
      const sizes = [sizeOf(x.shape.slice(0, along)), length, sizeOf(x.shape.slice(along + 1))] as const;
      const table = backend.heap.allocate(places.byteLength);
      backend.heap.words.set(places, table / 4);
      runGather(backend, sizes, places.length, table, input, backend.address(result));
      backend.heap.release(table, places.byteLength);
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
  const input = backend.address(x);
  const result = backend.newTensor(sizes);
  runSlice(backend, x.shape, from, sizes, input, backend.address(result));
  return result;
}
