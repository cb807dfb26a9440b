import { readFile } from "node:fs/promises";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { buildSimd } from "../../build/simd.ts";
import type { SimdBackend } from "./backend.ts";
import { Kernel, Unary } from "./kernels/protocol.ts";
import { registerSimd as registerInNode } from "./node.ts";
import { registerSimd } from "./register.ts";
import { startBackend } from "./testing/agreement.ts";

describe.each([1, 2])("the backend with %i threads", (threads) => {
  let backend: SimdBackend;
  beforeAll(async () => {
    backend = await startBackend(threads);
  });
  beforeEach(() => tf.setBackend("simd"));

  test("is the variant that was asked for", () => {
    expect(backend.threads).toBe(threads);
    expect(backend.variant).toBe(threads > 1 ? "kernels-threads.wasm" : "kernels.wasm");
  });

  test("what was read does not change when the tensor's memory is used again", () => {
    const first = tf.relu(tf.tensor([1, 2, 3]));
    const read = first.dataSync();
    first.dispose();
    tf.neg(tf.tensor([7, 8, 9]));
    expect(Array.from(read)).toEqual([1, 2, 3]);
  });

  test("a slice outlives its source", () => {
    const source = tf.relu(tf.tensor([1, 2, 3, 4], [2, 2]));
    const slice = tf.slice(source, [1, 0], [1, 2]);
    source.dispose();
    const other = tf.neg(tf.tensor([5, 6, 7, 8], [2, 2]));
    expect(Array.from(tf.add(slice, 0).dataSync())).toEqual([3, 4]);
    expect(Array.from(other.dataSync())).toEqual([-5, -6, -7, -8]);
  });

  test("a reshaped tensor and its source may be disposed in any order", () => {
    const source = tf.relu(tf.tensor([1, 2, 3, 4]));
    const shaped = tf.reshape(source, [2, 2]);
    source.dispose();
    const bytes = backend.heap.liveBytes;
    expect(Array.from(tf.neg(shaped).dataSync())).toEqual([-1, -2, -3, -4]);
    shaped.dispose();
    expect(backend.heap.liveBytes).toBeLessThan(bytes + 128);
  });

  test("tensors survive the growth of the memory", () => {
    const small = tf.relu(tf.tensor([1, 2, 3]));
    const before = backend.heap.buffer.byteLength;
    const large = Array.from({ length: 3 }, () => tf.relu(tf.ones([4096, 1024])));
    expect(backend.heap.buffer.byteLength).toBeGreaterThan(before);
    expect(Array.from(tf.add(small, 1).dataSync())).toEqual([2, 3, 4]);
    // cosh is a kernel of the cpu backend: it sees the values through their view.
    expect(tf.cosh(small).dataSync()[0]).toBeCloseTo(Math.cosh(1), 5);
    expect(Number(tf.sum(large[0] ?? tf.zeros([1])).dataSync()[0])).toBe(4096 * 1024);
    for (const tensor of large) tensor.dispose();
  });

  test("tensors move from the cpu backend and back", async () => {
    await tf.setBackend("cpu");
    const tensor = tf.tensor([1, 2, 3]);
    await tf.setBackend("simd");
    const doubled = tf.add(tensor, tensor);
    await tf.setBackend("cpu");
    expect(Array.from(tf.sinh(doubled).dataSync())[0]).toBeCloseTo(Math.sinh(2), 4);
  });

  test("other types pass through", () => {
    expect(Array.from(tf.add(tf.tensor([1, 2], [2], "int32"), 1).dataSync())).toEqual([2, 3]);
    expect(tf.tensor(["a", "b"]).dataSync()).toEqual(["a", "b"]);
    expect(Array.from(tf.greater(tf.relu(tf.tensor([1, 3])), 2).dataSync())).toEqual([0, 1]);
    expect(Array.from(tf.real(tf.complex([1, 2], [3, 4])).dataSync())).toEqual([1, 2]);
  });

  test("empty tensors", () => {
    expect(tf.relu(tf.zeros([0, 3])).shape).toEqual([0, 3]);
    expect(Array.from(tf.matMul(tf.zeros([2, 0]), tf.zeros([0, 2])).dataSync())).toEqual([0, 0, 0, 0]);
  });

  test("too large a tensor is refused in words, and the backend goes on", () => {
    expect(() => backend.newTensor([2 ** 30])).toThrow(/more memory than the CPU backend can have: 4096 MiB/);
    expect(Array.from(tf.relu(tf.tensor([-1, 1])).dataSync())).toEqual([0, 1]);
  });
});

test("the death of a thread is reported, and the backend goes on without", async () => {
  // The second half of this job lies behind the end of the memory. The first is long enough for the worker to get there
  // before the caller does, unless the machine is busy with something else.
  const attempt = async (): Promise<unknown> => {
    const backend = await startBackend(2);
    const half = 2 ** 22;
    const large = tf.zeros([half]);
    backend.address(large);
    const address = backend.heap.buffer.byteLength - half * 4;
    try {
      backend.run(Kernel.unary, 2, [Unary.exponential, 2 * half, address, address, 0]);
    } catch (trouble) {
      return trouble;
    }
    return undefined;
  };
  await expect
    .poll(attempt, { timeout: 50_000 })
    .toMatchObject({ message: expect.stringMatching(/thread of the CPU backend died/) });
  await tf.setBackend("simd");
  expect(tf.backend()).toMatchObject({ threads: 1 });
  expect(Array.from(tf.relu(tf.tensor([-1, 1])).dataSync())).toEqual([0, 1]);
});

test("nobody waits for workers that never come", async () => {
  await buildSimd();
  const folder = new URL("./generated/", import.meta.url);
  const backend = await registerSimd({
    threads: 4,
    relaxed: false,
    loadWasm: (name) => readFile(new URL(name, folder)),
    spawn: async () => ({ terminate: () => undefined }),
  });
  backend.parallelFrom = 0;
  await tf.setBackend("simd");
  expect(backend.threads).toBe(4);
  expect(Array.from(tf.matMul(tf.ones([9, 20]), tf.ones([20, 1])).dataSync())).toEqual(Array(9).fill(20));
});

test("a second registration replaces the first", async () => {
  const first = await startBackend(2);
  const second = await startBackend(1);
  expect(tf.backend()).toBe(second);
  expect(first.threads).toBe(1);
  expect(Array.from(tf.relu(tf.tensor([-1, 1])).dataSync())).toEqual([0, 1]);
});

test("without shared memory there is one thread", async () => {
  const backend = await registerInNode({ threads: 2, shared: false, relaxed: false });
  expect(backend.threads).toBe(1);
  expect(backend.variant).toBe("kernels.wasm");
});

test("kernels that cannot be loaded are an error, and the old backend stays", async () => {
  const before = await startBackend(1);
  const loadWasm = () => Promise.reject(new Error("no such file"));
  await expect(registerSimd({ threads: 1, loadWasm })).rejects.toThrow("no such file");
  expect(tf.findBackend("simd")).toBe(before);
});
