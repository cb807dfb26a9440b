import { expect, test } from "vitest";
import { Heap } from "./heap.ts";

const memory = () => new WebAssembly.Memory({ initial: 1, maximum: 2000 });

test("blocks never overlap and are aligned to cache lines", () => {
  const heap = new Heap(memory(), 2048, () => {});
  const sizes = [1, 4, 63, 64, 65, 200, 256, 257, 1000, 4096, 10000, 100000];
  const blocks = [...sizes, ...sizes].map((bytes) => ({ bytes, address: heap.allocate(bytes) }));
  blocks.sort((one, other) => one.address - other.address);
  for (const [i, { bytes, address }] of blocks.entries()) {
    expect(address % 64).toBe(0);
    // Kernels read and write up to one vector behind the end.
    expect(address + bytes + 32).toBeLessThanOrEqual(blocks[i + 1]?.address ?? heap.peakBytes);
  }
});

test("a released block is used again", () => {
  const heap = new Heap(memory(), 2048, () => {});
  const address = heap.allocate(5000);
  heap.release(address, 5000);
  expect(heap.allocate(5001)).toBe(address);
  expect(heap.liveBytes).toBeGreaterThan(5000);
  heap.release(address, 5001);
  expect(heap.liveBytes).toBe(0);
});

test("growth is announced, and the views are new", () => {
  let grown = 0;
  const heap = new Heap(memory(), 2048, () => grown++);
  const before = heap.floats;
  heap.allocate(200_000);
  expect(grown).toBe(1);
  // A detached view has no length.
  expect(before.length).toBe(0);
  expect(heap.floats.byteLength).toBeGreaterThan(200_000);
});

test("what does not fit is refused and not counted", () => {
  const heap = new Heap(memory(), 2048, () => {});
  expect(() => heap.allocate(200 * 2 ** 20)).toThrow(/200 MiB asked for, 0 MiB in use/);
  expect(heap.liveBytes).toBe(0);
  expect(() => heap.allocate(1000)).not.toThrow();
});
