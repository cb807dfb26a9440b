import type { BackendName } from "../../shared/protocol/training.ts";

export const backendTitles: Readonly<Record<BackendName | "auto", string>> = {
  auto: "fastest, measured",
  webgpu: "GPU (WebGPU)",
  webgl: "GPU (WebGL)",
  simd: "CPU (SIMD)",
  cpu: "CPU (plain, slow)",
};
