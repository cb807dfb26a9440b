import "@tensorflow/tfjs-backend-cpu";
import {
  copyRegisteredKernels,
  findBackend,
  getKernel,
  registerBackend,
  registerKernel,
  removeBackend,
  unregisterKernel,
} from "@tensorflow/tfjs-core";
import { SimdBackend } from "./backend.ts";
import { convolutionKernels } from "./convolution.ts";
import { copyingKernels } from "./copying.ts";
import { depthwiseKernels } from "./depthwise.ts";
import { elementwiseKernels } from "./elementwise.ts";
import { hasRelaxedSimd, hasSharedMemory, hasSimd } from "./features.ts";
import type { SimdHost } from "./host.ts";
import { backendName, configOf } from "./kernel.ts";
import { matmulKernels } from "./matmul.ts";
import { normalizationKernels } from "./normalization.ts";
import { poolingKernels } from "./pooling.ts";
import { reductionKernels } from "./reduction.ts";
import { registerReluGradient } from "./relu-gradient.ts";

const kernels = [
  ...matmulKernels,
  ...convolutionKernels,
  ...depthwiseKernels,
  ...copyingKernels,
  ...poolingKernels,
  ...elementwiseKernels,
  ...reductionKernels,
  ...normalizationKernels,
];

/**
 * Registers the backend under the name `simd`, replacing an earlier one with all its tensors, and returns it; choosing
 * it (`tf.setBackend("simd")`) is left to the caller. All kernels of tfjs's cpu backend work on it.
 *
 * Rejects where the engine has no WebAssembly SIMD. Without relaxed SIMD it multiplies and adds in two instructions,
 * without shared memory it uses one thread.
 */
export async function registerSimd(host: SimdHost): Promise<SimdBackend> {
  if (!hasSimd())
    throw new Error(
      "The CPU backend needs WebAssembly SIMD, which this engine does not have. Use another backend, or a newer engine.",
    );
  const relaxed = (host.relaxed ?? true) && hasRelaxedSimd();
  const shared = (host.shared ?? host.threads > 1) && hasSharedMemory();
  const backend = await SimdBackend.start(
    host,
    `kernels${relaxed ? "-relaxed" : ""}${shared ? "-threads" : ""}.wasm`,
    shared,
  );
  if (findBackend(backendName)) removeBackend(backendName);
  registerKernels();
  // Priority 1 is that of tfjs's cpu backend: nobody gets this one without asking for it.
  registerBackend(backendName, () => backend, 1);
  return backend;
}

/** The kernels know no backend object, so one registration serves all that follow. */
function registerKernels(): void {
  if (getKernel("Identity", backendName)) return;
  copyRegisteredKernels("cpu", backendName);
  for (const kernel of kernels) {
    unregisterKernel(kernel.name, backendName);
    registerKernel(configOf(kernel));
  }
  registerReluGradient();
}
