import {
  Mean,
  type MeanAttrs,
  Softmax,
  type SoftmaxAttrs,
  Sum,
  type SumAttrs,
  type TensorInfo,
  util,
} from "@tensorflow/tfjs-core";
import type { SimdBackend } from "./backend.ts";
import { defineKernel, type SimdKernel } from "./kernel.ts";
import { sumColumns, sumRows } from "./run-reduction.ts";
import { runSoftmax } from "./run-softmax.ts";
import { areFloats, sizeOf } from "./shape.ts";

export const reductionKernels: readonly SimdKernel[] = [
  defineKernel<{ x: TensorInfo }, SumAttrs>(Sum, (backend, { x }, { axis, keepDims }) =>
    sum(backend, x, axis, keepDims, () => 1),
  ),
  defineKernel<{ x: TensorInfo }, MeanAttrs>(Mean, (backend, { x }, { axis, keepDims }) =>
    sum(backend, x, axis, keepDims, (count) => 1 / count),
  ),
  defineKernel<{ logits: TensorInfo }, SoftmaxAttrs>(Softmax, softmax),
];

/** Sums along neighbouring axes; others are left to the cpu kernel. */
function sum(
  backend: SimdBackend,
  x: TensorInfo,
  axis: number | number[],
  keepDims: boolean,
  scaleOf: (count: number) => number,
): TensorInfo | undefined {
  if (!areFloats(x)) return undefined;
  const axes = util.parseAxisParam(axis, x.shape).toSorted((one, other) => one - other);
  const [first] = axes;
  const last = axes.at(-1);
  if (first === undefined || last === undefined || last - first !== axes.length - 1) return undefined;
  const before = x.shape.slice(0, first);
  const after = x.shape.slice(last + 1);
  const kept = keepDims ? [...before, ...axes.map(() => 1), ...after] : [...before, ...after];
  const outer = sizeOf(before);
  const inner = sizeOf(after);
  const count = sizeOf(x.shape) / (outer * inner);
  const input = backend.address(x);
  const result = backend.newTensor(kept);
  const out = backend.address(result);
  if (inner === 1) sumRows(backend, outer, count, input, out, scaleOf(count));
  else sumColumns(backend, outer, count, inner, input, out, scaleOf(count));
  return result;
}

function softmax(
  backend: SimdBackend,
  { logits }: { logits: TensorInfo },
  { dim }: SoftmaxAttrs,
): TensorInfo | undefined {
  if (!areFloats(logits) || dim !== logits.shape.length - 1) return undefined;
  const columns = logits.shape[dim] ?? 1;
  const input = backend.address(logits);
  const result = backend.newTensor(logits.shape);
  runSoftmax(backend, sizeOf(logits.shape) / columns, columns, input, backend.address(result));
  return result;
}
