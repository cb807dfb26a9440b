import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import type { MathBackendWebGL } from "@tensorflow/tfjs-backend-webgl";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { SimdBackend } from "../simd/backend.ts";
import { registerSimd } from "../simd/web.ts";
import { type BackendHost, simdDetail } from "./backends.ts";

/** The backends of a browser's worker. The graphics ones are loaded only when they are tried. */
export const webBackends: BackendHost = {
  names: ["simd", "webgpu", "webgl", "cpu"],
  async start(name) {
    switch (name) {
      case "simd":
        return simd();
      case "webgpu":
        return webgpu();
      case "webgl":
        return webgl();
      case "cpu":
        return "CPU";
    }
  },
  async isSoftware(name) {
    if (name === "webgl") return isSoftwareGl();
    const adapter = name === "webgpu" ? await webgpuAdapter() : undefined;
    return adapter ? adapter.info.isFallbackAdapter || softwareNames.test(adapter.info.description) : false;
  },
  lost() {
    return lostDevice ?? (tf.getBackend() === "webgl" && isContextLost() ? graphicsLost : undefined);
  },
};

const graphicsLost =
  "The graphics card was taken away from the app. Train again, or choose SIMD as the backend.";
let lostDevice: string | undefined;

async function simd(): Promise<string> {
  // Registering again would throw away all tensors.
  const running = tf.findBackend("simd");
  return simdDetail(running instanceof SimdBackend ? running : await registerSimd());
}

/** The part of WebGPU's types that TypeScript's library does not have yet. */
interface Adapter {
  readonly info: { readonly isFallbackAdapter: boolean; readonly description: string };
}

// Asked before tfjs is, which stumbles over a missing adapter.
async function webgpuAdapter(): Promise<Adapter | null> {
  if (!("gpu" in navigator)) return null;
  const { gpu } = navigator as unknown as { readonly gpu: { requestAdapter(): Promise<Adapter | null> } };
  return gpu.requestAdapter();
}

async function webgpu(): Promise<string | undefined> {
  if (!(await webgpuAdapter())) return undefined;
  await import("@tensorflow/tfjs-backend-webgpu");
  if (!(await tf.setBackend("webgpu"))) return undefined;
  lostDevice = undefined;
  const { device } = tf.backend() as WebGPUBackend;
  void device.lost.then(() => {
    lostDevice = graphicsLost;
  });
  return "WebGPU";
}

async function webgl(): Promise<string | undefined> {
  await import("@tensorflow/tfjs-backend-webgl");
  if (!(await tf.setBackend("webgl"))) return undefined;
  // With 16-bit textures small gradients vanish.
  if (!tf.env().getBool("WEBGL_RENDER_FLOAT32_CAPABLE")) return undefined;
  // tfjs 4.22 takes every device for a 16-bit one and rounds its constants to fit (tfjs issue 6980).
  Object.assign(tf.backend(), { floatPrecisionValue: 32 });
  return "WebGL";
}

function isSoftwareGl(): boolean {
  const gl = new OffscreenCanvas(1, 1).getContext("webgl2", { failIfMajorPerformanceCaveat: true });
  const info = gl?.getExtension("WEBGL_debug_renderer_info");
  const renderer: unknown = info ? gl?.getParameter(info.UNMASKED_RENDERER_WEBGL) : "";
  gl?.getExtension("WEBGL_lose_context")?.loseContext();
  return softwareNames.test(String(renderer));
}

// SwiftShader in Chromium, llvmpipe in Mesa, Microsoft's fallback driver, Apple's.
const softwareNames = /swiftshader|llvmpipe|softpipe|software|basic render/i;

const isContextLost = (): boolean => (tf.backend() as MathBackendWebGL).getGPGPUContext().gl.isContextLost();
