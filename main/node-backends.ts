import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { SimdBackend } from "../shared/simd/backend.ts";
import { registerSimd } from "../shared/simd/node.ts";
import { type BackendHost, simdDetail } from "../shared/tfjs/backends.ts";
import type { Time } from "../shared/tfjs/job.ts";

/** The backends that run in Node. */
export const nodeBackends: BackendHost = {
  names: ["simd", "cpu"],
  async start(name) {
    if (name === "cpu") return "CPU";
    if (name !== "simd") return undefined;
    // Registering again would throw away all tensors.
    const running = tf.findBackend("simd");
    return simdDetail(running instanceof SimdBackend ? running : await registerSimd());
  },
};

export const nodeTime: Time = {
  now: () => performance.now(),
  breathe: () => new Promise((resolve) => setImmediate(resolve)),
  after: (ms) => new Promise((resolve) => setTimeout(resolve, ms).unref()),
};
