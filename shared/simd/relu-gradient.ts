import {
  cast,
  engine,
  getBackend,
  getGradient,
  mul,
  Relu,
  registerGradient,
  registerKernel,
  step,
  type Tensor,
  unregisterGradient,
  zerosLike,
} from "@tensorflow/tfjs-core";
import type { SimdBackend } from "./backend.ts";
import { runBinary } from "./elementwise.ts";
import { backendName } from "./kernel.ts";
import { Binary } from "./kernels/protocol.ts";
import { areFloats } from "./shape.ts";

const kernelName = "SimdReluGradient";

/**
 * Gives ReLU a gradient in one kernel, dy where y > 0, that keeps the output instead of the input. tfjs computes
 * mul(dy, cast(step(x))), three kernels and two temporary tensors for each activation of a step. Other backends go on
 * with that formula.
 */
export function registerReluGradient(): void {
  registerKernel({
    kernelName,
    backendName,
    kernelFunc: ({ inputs: { dy, y }, backend }) => {
      const result = dy && y && runBinary(backend as SimdBackend, Binary.reluGradient, dy, y);
      if (!result) throw new Error("the gradient of relu takes two float32 tensors of one shape");
      return result;
    },
  });
  registerGradient({
    kernelName,
    inputsToSave: ["y"],
    gradFunc: (ddx, saved) => ({
      dy: () => reluGradient(single(ddx), first(saved)),
      y: () => zerosLike(first(saved)),
    }),
  });
  if (getGradient(Relu)) unregisterGradient(Relu);
  registerGradient({
    kernelName: Relu,
    outputsToSave: [true],
    gradFunc: (dy, saved) => ({ x: () => reluGradient(single(dy), first(saved)) }),
  });
}

function reluGradient(dy: Tensor, y: Tensor): Tensor {
  if (getBackend() !== backendName || !areFloats(dy, y)) return mul(dy, cast(step(y), "float32"));
  return engine().runKernel<Tensor>(kernelName, { dy, y });
}

/** The engine passes one gradient for each output of the kernel; ReLU has one. */
function single(dy: Tensor | Tensor[]): Tensor {
  return Array.isArray(dy) ? first(dy) : dy;
}

function first(tensors: readonly Tensor[]): Tensor {
  const [tensor] = tensors;
  if (!tensor) throw new Error("the engine passed no tensor to the gradient of relu");
  return tensor;
}
