// A worker of the thread pool in a browser. It never returns to its event loop; terminate() ends it.

import type { PoolStart } from "./host.ts";

addEventListener("message", async (event: MessageEvent<PoolStart>) => {
  const { module, memory, brokenAt, thread } = event.data;
  const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
  const { work } = exports;
  if (typeof work !== "function") throw new Error("the kernels have no thread pool");
  postMessage("ready");
  try {
    work(thread);
  } catch (trouble) {
    Atomics.store(new Int32Array(memory.buffer), brokenAt / Int32Array.BYTES_PER_ELEMENT, 1);
    throw trouble;
  }
});
