import {
  AvgPool,
  type AvgPoolAttrs,
  AvgPoolGrad,
  type AvgPoolGradAttrs,
  backend_util,
  MaxPool,
  type MaxPoolAttrs,
  MaxPoolGrad,
  type MaxPoolGradAttrs,
  type TensorInfo,
} from "@tensorflow/tfjs-core";
import type { SimdBackend } from "./backend.ts";
import { defineKernel, type SimdKernel } from "./kernel.ts";
import { Kernel } from "./kernels/protocol.ts";
import { type PoolKernel, runPool } from "./run-pool.ts";
import { areFloats, sizeOf } from "./shape.ts";

type Pool = Pick<MaxPoolAttrs, "filterSize" | "strides"> & { readonly pad: unknown } & Partial<
    Pick<MaxPoolAttrs, "dimRoundingMode">
  >;

export const poolingKernels: readonly SimdKernel[] = [
  defineKernel<{ x: TensorInfo }, MaxPoolAttrs>(MaxPool, (backend, { x }, pool) =>
    forward(backend, Kernel.maxPool, x, pool),
  ),
  defineKernel<{ x: TensorInfo }, AvgPoolAttrs>(AvgPool, (backend, { x }, pool) =>
    forward(backend, Kernel.averagePool, x, pool),
  ),
  defineKernel<{ dy: TensorInfo; input: TensorInfo }, MaxPoolGradAttrs>(
    MaxPoolGrad,
    (backend, { dy, input }, pool) => backward(backend, Kernel.maxPoolGradient, dy, input, pool),
  ),
  defineKernel<{ dy: TensorInfo; input: TensorInfo }, AvgPoolGradAttrs>(
    AvgPoolGrad,
    (backend, { dy, input }, pool) => backward(backend, Kernel.averagePoolGradient, dy, input, pool),
  ),
];

function forward(
  backend: SimdBackend,
  kernel: PoolKernel,
  x: TensorInfo,
  pool: Pool,
): TensorInfo | undefined {
  if (!areFloats(x)) return undefined;
  const info = geometry(x.shape, pool);
  if (sizeOf(info.outShape) === 0) return undefined;
  // tfjs takes a 1×1 window for the identity, whatever the padding.
  if (info.filterHeight === 1 && info.filterWidth === 1 && sizeOf(info.inShape) === sizeOf(info.outShape))
    return undefined;
  const input = backend.address(x);
  const result = backend.newTensor(info.outShape);
  runPool(backend, kernel, info, { x: input, out: backend.address(result) });
  return result;
}

function backward(
  backend: SimdBackend,
  kernel: PoolKernel,
  dy: TensorInfo,
  x: TensorInfo,
  pool: Pool,
): TensorInfo | undefined {
  if (!areFloats(dy, x)) return undefined;
  const info = geometry(x.shape, pool);
  const gradient = backend.address(dy);
  // Only the maximum looks at the input; for the average it may stay where it is.
  const input = kernel === Kernel.maxPoolGradient ? backend.address(x) : 0;
  const result = backend.newTensor(info.inShape);
  runPool(backend, kernel, info, { x: input, dy: gradient, dx: backend.address(result) });
  return result;
}

function geometry(
  shape: readonly number[],
  { filterSize, strides, pad, dimRoundingMode }: Pool,
): backend_util.Conv2DInfo {
  // tfjs-core has checked the rank and the padding; its declarations have lost both.
  return backend_util.computePool2DInfo(
    shape as [number, number, number, number],
    filterSize,
    strides,
    1,
    pad as Parameters<typeof backend_util.computePool2DInfo>[4],
    dimRoundingMode,
  );
}
