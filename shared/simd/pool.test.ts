import { readFile } from "node:fs/promises";
import { Worker } from "node:worker_threads";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeAll, expect, test } from "vitest";
import { buildSimd } from "../../build/simd.ts";
import type { SimdBackend } from "./backend.ts";
import type { PoolStart, PoolWorker, SimdOptions } from "./host.ts";
import { Activation, Control, Kernel } from "./kernels/protocol.ts";
import { floatBits } from "./launcher.ts";
import { registerSimd, spawn } from "./node.ts";
import { startWorkers } from "./pool.ts";

beforeAll(() => buildSimd(), 120_000);

const started: SimdBackend[] = [];
afterEach(() => {
  for (const backend of started.splice(0)) backend.dispose();
});

async function start(options: SimdOptions & { readonly spawn?: typeof spawn }): Promise<SimdBackend> {
  const backend = await registerSimd({ relaxed: false, ...options });
  backend.parallelFrom = 0;
  started.push(backend);
  await tf.setBackend("simd");
  return backend;
}

const side = 120;
const product = (): Float32Array =>
  tf.tidy(() => {
    const x = tf.reshape(tf.sin(tf.range(0, side * side)), [side, side]);
    const image = tf.reshape<tf.Rank.R4>(x, [1, side, side, 1]);
    const smooth = tf.conv2d(image, tf.ones<tf.Rank.R4>([3, 3, 1, 1]), 1, "same");
    return tf.matMul(x, tf.reshape(smooth, [side, side])).dataSync<"float32">();
  });

test("workers that end between two jobs leave the others at work, with the same results", async () => {
  const workers: PoolWorker[] = [];
  const backend = await start({
    threads: 4,
    async spawn(given, died) {
      const worker = await spawn(given, died);
      workers.push(worker);
      return worker;
    },
  });
  expect(backend.threads).toBe(4);
  const before = product();
  await workers[1]?.terminate();
  // Before the engine hears of it, and after.
  expect(product()).toEqual(before);
  await expect.poll(() => backend.threads).toBe(3);
  expect(product()).toEqual(before);
  await Promise.all(workers.map((it) => it.terminate()));
  await expect.poll(() => backend.threads).toBe(1);
  expect(product()).toEqual(before);
});

/** Takes one share of a job, and never finishes it. */
const hanging = `
  const { parentPort, workerData } = require("node:worker_threads");
  const { memory, ticketAt } = workerData;
  const words = new Int32Array(memory.buffer);
  parentPort.postMessage("ready");
  for (;;) {
    const ticket = Atomics.load(words, ticketAt / 4);
    if ((ticket & 255) < ((ticket >> 8) & 255) && Atomics.compareExchange(words, ticketAt / 4, ticket, ticket + 1) === ticket)
      Atomics.wait(words, 0, Atomics.load(words, 0));
  }
`;

const running = (code: string, workerData: unknown): Promise<Worker> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(code, { eval: true, workerData, execArgv: [] });
    worker.once("message", () => resolve(worker));
    worker.once("error", reject);
  });

test("a worker that hangs is an error in words, and then one thread goes on", async () => {
  const backend = await start({
    threads: 2,
    spawn: ({ memory }: PoolStart) => running(hanging, { memory, ticketAt: Control.ticket }),
  });
  backend.heap.words[Control.patience / 4] = 1;
  // The caller may be so quick that nothing is left for the other.
  const trouble = (): unknown => {
    try {
      product();
    } catch (error) {
      return error;
    }
    return undefined;
  };
  await expect.poll(trouble, { timeout: 30_000 }).toMatchObject({
    message: expect.stringMatching(/thread of the CPU backend died, or no longer answers/),
  });
  expect(backend.threads).toBe(1);
  const alone = product();
  await start({ threads: 1 });
  expect(product()).toEqual(alone);
}, 60_000);

/** Takes a share of a job, and counts it as finished, with nothing done, only when all the others have been taken. */
const slow = `
  const { parentPort, workerData } = require("node:worker_threads");
  const { memory, ticketAt, finishedAt } = workerData;
  const words = new Int32Array(memory.buffer);
  const isLeft = (ticket) => (ticket & 255) < ((ticket >> 8) & 255);
  parentPort.postMessage("ready");
  for (;;) {
    const ticket = Atomics.load(words, ticketAt / 4);
    if (!isLeft(ticket) || Atomics.compareExchange(words, ticketAt / 4, ticket, ticket + 1) !== ticket) continue;
    while (isLeft(Atomics.load(words, ticketAt / 4)));
    Atomics.add(words, finishedAt / 4, 1);
    Atomics.notify(words, finishedAt / 4);
  }
`;

test("a thread that is slow is left the share that it has; the caller does all the others", async () => {
  const backend = await start({
    threads: 2,
    spawn: ({ memory }: PoolStart) =>
      running(slow, { memory, ticketAt: Control.ticket, finishedAt: Control.finished }),
  });
  const { heap } = backend;
  heap.words[Control.patience / 4] = 1;
  const [shares, share] = [24, 65536];
  const address = heap.allocate(shares * share * 4);
  const values = heap.floats.subarray(address / 4, address / 4 + shares * share);
  const missing: number[] = [];
  const fill = (): number => {
    values.fill(0);
    backend.run(Kernel.fill, shares, [values.length, address, floatBits(1)]);
    missing.push(values.reduce((sum, it) => sum - it, values.length));
    return Math.max(...missing);
  };
  // The caller may be so quick that nothing is left for the other.
  await expect.poll(fill, { interval: 1, timeout: 30_000 }).toBe(share);
});

/** Runs the job in the control block, as the thread of a run does, while the test ends a worker. */
const caller = `
  const { parentPort, workerData } = require("node:worker_threads");
  const { wasm, memory, kernel } = workerData;
  WebAssembly.instantiate(wasm, { env: { memory } }).then(({ instance }) => {
    parentPort.postMessage("ready");
    parentPort.once("message", () => {
      instance.exports.dispatch(kernel, 2);
      parentPort.postMessage("returned");
    });
  });
`;

test("a worker killed in the middle of its share is noticed, and the run can go on without it", async () => {
  const workers: PoolWorker[] = [];
  const backend = await start({
    threads: 2,
    async spawn(given, died) {
      const worker = await spawn(given, died);
      workers.push(worker);
      return worker;
    },
  });
  const { heap } = backend;
  heap.words[Control.patience / 4] = 1;
  const before = product();
  // A product that keeps two threads busy for a second or more.
  const large = 2048;
  const [a, b, out] = [0, 1, 2].map(() => heap.allocate(large * large * 4));
  const scratchBytes = backend.module.gemmScratchBytes(large, 1);
  const words = [
    ...[large, large, large, a, large * 4, 4, b, large * 4, 4, out, 0, Activation.none, 0],
    ...[heap.allocate(scratchBytes * 2), scratchBytes],
  ];
  for (const [index, word] of words.entries()) heap.words[Control.arguments / 4 + index] = word ?? 0;
  heap.words[Control.job / 4] = Control.arguments;
  const wasm = await readFile(new URL("./generated/kernels-threads.wasm", import.meta.url));
  const thread = await running(caller, { wasm, memory: heap.memory, kernel: Kernel.gemm });
  const returned = new Promise((resolve) => thread.once("message", resolve));
  const ticket = Atomics.load(heap.words, Control.ticket / 4);
  thread.postMessage("go");
  // Until the job has been posted and both of its shares have been taken.
  for (;;) {
    const now = Atomics.load(heap.words, Control.ticket / 4);
    if (now !== ticket && (now & 255) >= ((now >> 8) & 255)) break;
  }
  await workers[0]?.terminate();
  expect(Atomics.load(heap.words, Control.finished / 4), "the share was not finished").toBe(0);
  expect(await returned).toBe("returned");
  expect(Atomics.load(heap.words, Control.broken / 4)).toBe(1);
  await thread.terminate();
  // What the run's own thread does next; here the job was another thread's.
  expect(() => backend.runProgram(0, 0)).toThrow(/thread of the CPU backend died/);
  expect(backend.threads).toBe(1);
  expect(product()).toEqual(before);
}, 60_000);

test("a worker that cannot start leaves the others at work", async () => {
  let asked = 0;
  const backend = await start({
    threads: 4,
    spawn: (given, died) =>
      asked++ === 1 ? Promise.reject(new Error("no more threads")) : spawn(given, died),
  });
  expect(backend.threads).toBe(3);
  expect(product()).toHaveLength(side * side);
});

test("nobody waits for a worker that does not start, and one that comes late joins", async () => {
  let arrive: ((worker: PoolWorker) => void) | undefined;
  const late = new Promise<PoolWorker>((resolve) => {
    arrive = resolve;
  });
  const [joined, left]: [PoolWorker[], PoolWorker[]] = [[], []];
  const roll = { joined: (it: PoolWorker) => joined.push(it), left: (it: PoolWorker) => left.push(it) };
  const [quick, slow] = [{ terminate: () => undefined }, { terminate: () => undefined }];
  let died = (): void => undefined;
  const spawning = (given: PoolStart, end: () => void) => {
    if (given.thread === 1) return Promise.resolve(quick);
    died = end;
    return late;
  };
  const module = new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
  const memory = new WebAssembly.Memory({ initial: 1 });
  await startWorkers(spawning, { module, memory, brokenAt: 0 }, 2, roll, 20);
  expect(joined).toEqual([quick]);
  arrive?.(slow);
  await expect.poll(() => joined).toEqual([quick, slow]);
  died();
  expect(left).toEqual([slow]);
});

test("a worker that comes after the pool was closed is ended", async () => {
  const ended: string[] = [];
  let arrive: ((worker: PoolWorker) => void) | undefined;
  const backend = await start({
    threads: 2,
    spawn: () =>
      new Promise((resolve) => {
        arrive = resolve;
      }),
  });
  backend.dispose();
  arrive?.({ terminate: () => ended.push("late") });
  await expect.poll(() => ended).toEqual(["late"]);
});
