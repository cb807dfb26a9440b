/// <reference path="./wasm-url.d.ts" />
import type { SimdBackend } from "./backend.ts";
import plain from "./generated/kernels.wasm?url";
import relaxed from "./generated/kernels-relaxed.wasm?url";
import relaxedThreads from "./generated/kernels-relaxed-threads.wasm?url";
import threads from "./generated/kernels-threads.wasm?url";
import { type PoolStart, type PoolWorker, type SimdOptions, usualThreads } from "./host.ts";
import { registerSimd as register } from "./register.ts";

const urls = new Map([
  ["kernels.wasm", plain],
  ["kernels-relaxed.wasm", relaxed],
  ["kernels-threads.wasm", threads],
  ["kernels-relaxed-threads.wasm", relaxedThreads],
]);

/** `registerSimd` of register.ts for a Worker of a page bundled by vite. A window would freeze while a kernel runs. */
export function registerSimd(options: SimdOptions = {}): Promise<SimdBackend> {
  return register({
    threads: usualThreads(navigator.hardwareConcurrency),
    loadWasm,
    spawn,
    ...options,
  });
}

async function loadWasm(name: string): Promise<BufferSource> {
  const response = await fetch(urls.get(name) ?? name);
  if (!response.ok)
    throw new Error(`The CPU backend could not be loaded: ${name} answered ${response.status}.`);
  return response.arrayBuffer();
}

function spawn(start: PoolStart, died: () => void): Promise<PoolWorker> {
  const worker = new Worker(new URL("./pool-worker-web.ts", import.meta.url), { type: "module" });
  return new Promise((resolve, reject) => {
    worker.onmessage = () => resolve(worker);
    worker.onerror = (event) => {
      // Or it would be an error of this thread too, and end the run.
      event.preventDefault();
      reject(new Error(`A thread of the CPU backend could not start: ${event.message}`));
      died();
    };
    worker.postMessage(start);
  });
}
