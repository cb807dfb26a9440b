import type { TensorInfo } from "@tensorflow/tfjs-core";

/** Elements of a tensor of this shape. */
export function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (const length of shape) size *= length;
  return size;
}

/** Kernels of ours take float32 only, and nothing to compute is left to the cpu kernel. */
export function areFloats(...tensors: readonly TensorInfo[]): boolean {
  for (const { dtype, shape } of tensors) if (dtype !== "float32" || sizeOf(shape) === 0) return false;
  return true;
}
