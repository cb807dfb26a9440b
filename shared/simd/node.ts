import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { setFlagsFromString } from "node:v8";
import { Worker } from "node:worker_threads";
import type { SimdBackend } from "./backend.ts";
import { hasRelaxedSimd } from "./features.ts";
import { type PoolStart, type PoolWorker, type SimdOptions, usualThreads } from "./host.ts";
import { registerSimd as register } from "./register.ts";

/** Folder of the WebAssembly files. A bundled program carries them in `generated/` beside itself. */
const folder = new URL("./generated/", import.meta.url);

/** `registerSimd` of register.ts for Node. */
export function registerSimd(options: SimdOptions = {}): Promise<SimdBackend> {
  // Node 20 has relaxed SIMD, but behind a flag; without it a fifth of the speed is lost.
  if (!hasRelaxedSimd() && /^11\./.test(process.versions.v8))
    setFlagsFromString("--experimental-wasm-relaxed-simd");
  return register({
    threads: usualThreads(availableParallelism()),
    loadWasm: (name) => readFile(new URL(name, folder)),
    spawn,
    ...options,
  });
}

// A string and not a file: it runs the same from TypeScript sources, under a test runner and out of a bundle.
const poolWorker = `
  const { parentPort, workerData } = require("node:worker_threads");
  const { module, memory, brokenAt, thread } = workerData;
  WebAssembly.instantiate(module, { env: { memory } }).then(({ exports }) => {
    parentPort.postMessage("ready");
    try {
      exports.work(thread);
    } catch (trouble) {
      Atomics.store(new Int32Array(memory.buffer), brokenAt / 4, 1);
      throw trouble;
    }
  });
`;

/** Starts a worker of the thread pool. */
export function spawn(start: PoolStart, died: () => void): Promise<PoolWorker> {
  // No execArgv: the worker needs none of the loaders the program may have been started with.
  const worker = new Worker(poolWorker, { eval: true, workerData: start, execArgv: [] });
  // A sleeping pool must not keep the process alive.
  worker.unref();
  return new Promise((resolve, reject) => {
    worker.once("message", () => resolve(worker));
    // Without a listener an error would end the whole process.
    worker.on("error", reject);
    worker.once("exit", () => {
      reject(new Error("A thread of the CPU backend ended before it had started."));
      died();
    });
  });
}
