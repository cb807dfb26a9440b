// The backend on which the specs are to run.

import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js";
import "@tensorflow/tfjs-core/dist/register_all_gradients.js";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTestEnvs } from "@tensorflow/tfjs-core/dist/jasmine_util.js";
import { spawn } from "../../shared/simd/node.ts";
import { registerSimd } from "../../shared/simd/register.ts";

const { SUITE_BACKEND: name = "cpu", SUITE_THREADS = "1", SUITE_RELAXED, SUITE_WASM = "" } = process.env;

if (name === "simd") {
  const backend = await registerSimd({
    threads: Number(SUITE_THREADS),
    relaxed: SUITE_RELAXED === "1",
    loadWasm: (file) => readFile(join(SUITE_WASM, file)),
    spawn,
  });
  const variant = `kernels${SUITE_RELAXED === "1" ? "-relaxed" : ""}${SUITE_THREADS === "1" ? "" : "-threads"}.wasm`;
  if (backend.variant !== variant || backend.threads !== Number(SUITE_THREADS))
    throw new Error(
      `${variant} was to be tested, and ${backend.variant} runs on ${backend.threads} threads.`,
    );
  // Every job is shared, however small.
  backend.parallelFrom = 0;
  // The specs reset the engine again and again, and dispose the backend with it.
  backend.dispose = () => {};
}
setTestEnvs([{ name, backendName: name, isDataSync: true, flags: {} }]);
