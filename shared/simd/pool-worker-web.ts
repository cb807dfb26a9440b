// A worker of the thread pool in a browser. It never returns to its event loop; terminate() ends it.

import type { PoolStart } from "./host.ts";

// A rejection would end here; of an error the thread hears that has started this one.
addEventListener("message", (event: MessageEvent<PoolStart>) => void live(event.data).catch(reportError));

async function live({ module, memory, brokenAt, thread }: PoolStart): Promise<void> {
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
}
