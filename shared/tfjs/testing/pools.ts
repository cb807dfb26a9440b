import { Worker } from "node:worker_threads";
import * as tf from "@tensorflow/tfjs-core";
import type { SimdBackend } from "../../simd/backend.ts";
import type { PoolStart, PoolWorker, SpawnWorker } from "../../simd/host.ts";
import { Control, Kernel } from "../../simd/kernels/protocol.ts";
import { registerSimd, spawn } from "../../simd/node.ts";

/** The SIMD backend as the current one, with workers started by `spawnOne`; even the smallest job is shared among them. */
export async function startPool(threads: number, spawnOne: SpawnWorker = spawn): Promise<SimdBackend> {
  const options = { threads, spawn: spawnOne };
  const backend = await registerSimd(options);
  backend.parallelFrom = 0;
  // Whether a thread still works must not take a test as long as it may take a user.
  backend.heap.words[Control.patience / 4] = 1;
  await tf.setBackend("simd");
  return backend;
}

/** Real workers, which the test may end. */
export function killable(): { readonly workers: PoolWorker[]; readonly spawnOne: SpawnWorker } {
  const workers: PoolWorker[] = [];
  return {
    workers,
    async spawnOne(start, died) {
      const worker = await spawn(start, died);
      workers.push(worker);
      return worker;
    },
  };
}

/** Once `go` is 1, takes one share of a job as a worker does, and is no more: so is a thread that is killed at work. */
const dying = `
  const { parentPort, workerData } = require("node:worker_threads");
  const { memory, ticketAt, go } = workerData;
  const words = new Int32Array(memory.buffer);
  parentPort.postMessage("ready");
  Atomics.wait(go, 0, 0);
  for (;;) {
    const ticket = Atomics.load(words, ticketAt / 4);
    const isLeft = (ticket & 255) < ((ticket >> 8) & 255);
    if (isLeft && Atomics.compareExchange(words, ticketAt / 4, ticket, ticket + 1) === ticket) process.exit();
  }
`;

/** The second worker dies in the middle of a share, soon after `die`; the others are real. */
export function mortal(): { readonly spawnOne: SpawnWorker; die(): void } {
  const go = new Int32Array(new SharedArrayBuffer(4));
  return {
    spawnOne: (start, died) => (start.thread === 2 ? spawnDying(start, go, died) : spawn(start, died)),
    die() {
      Atomics.store(go, 0, 1);
      Atomics.notify(go, 0);
    },
  };
}

function spawnDying({ memory }: PoolStart, go: Int32Array, died: () => void): Promise<PoolWorker> {
  const workerData = { memory, ticketAt: Control.ticket, go };
  const worker = new Worker(dying, { eval: true, workerData, execArgv: [] });
  worker.unref();
  return new Promise((resolve, reject) => {
    worker.once("message", () => resolve(worker));
    worker.on("error", reject);
    worker.once("exit", died);
  });
}

/** Between two jobs of the caller, gives the workers one whose arguments lie outside of the memory: whoever takes its share throws. */
export function poison({ heap: { words } }: SimdBackend): void {
  words[Control.kernel / 4] = Kernel.fill;
  words[Control.job / 4] = 0x7ffffff0;
  words[Control.shares / 4] = 2;
  const ticket = Control.ticket / 4;
  // The next job, of whose two shares the first is taken.
  Atomics.store(words, ticket, (((Atomics.load(words, ticket) >> 16) + 1) << 16) | (2 << 8) | 1);
  Atomics.notify(words, ticket);
}
