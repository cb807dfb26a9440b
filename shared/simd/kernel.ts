import {
  getKernel,
  type KernelConfig,
  type NamedAttrMap,
  type NamedTensorInfoMap,
  type TensorInfo,
} from "@tensorflow/tfjs-core";
import type { SimdBackend } from "./backend.ts";

export const backendName = "simd";

/** A kernel of ours. It returns undefined for what it does not support; then the cpu kernel of the same name runs. */
export interface SimdKernel {
  readonly name: string;
  readonly run: (
    backend: SimdBackend,
    inputs: NamedTensorInfoMap,
    attributes: NamedAttrMap,
  ) => TensorInfo | TensorInfo[] | undefined;
}

/**
 * Declares a kernel. This is the door to tfjs's untyped registry: the engine passes a kernel the inputs and attributes
 * that tfjs-core declares for its name.
 */
export function defineKernel<Inputs, Attributes = unknown>(
  name: string,
  run: (
    backend: SimdBackend,
    inputs: Inputs,
    attributes: Attributes,
  ) => TensorInfo | TensorInfo[] | undefined,
): SimdKernel {
  return {
    name,
    run: (backend, inputs, attributes) => run(backend, inputs as Inputs, attributes as Attributes),
  };
}

/** The registration of a kernel that falls back to the cpu kernel of the same name. */
export function configOf(kernel: SimdKernel): KernelConfig {
  const fallback = getKernel(kernel.name, "cpu").kernelFunc;
  return {
    kernelName: kernel.name,
    backendName,
    kernelFunc: (call) =>
      // The engine passes the backend under whose name the kernel is registered, which is ours.
      kernel.run(call.backend as SimdBackend, call.inputs, call.attrs ?? {}) ?? fallback(call),
  };
}
