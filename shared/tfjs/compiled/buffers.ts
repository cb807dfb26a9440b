import type { SimdBackend } from "../../simd/backend.ts";

/** A block of the WebAssembly memory that several parts of a step may look at. */
export interface Buffer {
  readonly address: number;
  readonly bytes: number;
  users: number;
}

/**
 * Blocks for the arrays of a step. The order of taking and giving back while a step is recorded is the order in which it
 * runs, so a block that was given back serves again within the same step.
 */
export interface Buffers {
  take(floats: number): Buffer;
  /** One more that looks at it. */
  share(buffer: Buffer): Buffer;
  /** One fewer; the last one gives the block back. */
  leave(buffer: Buffer): void;
  dispose(): void;
}

export function createBuffers({ heap }: SimdBackend): Buffers {
  const all: Buffer[] = [];
  const free: Buffer[] = [];
  return {
    take(floats) {
      const bytes = floats * 4;
      // The smallest that is large enough, but none that would waste more than half of it.
      const [best] = free
        .filter((it) => it.bytes >= bytes && it.bytes <= 2 * bytes)
        .toSorted((a, b) => a.bytes - b.bytes);
      if (best) {
        free.splice(free.indexOf(best), 1);
        best.users = 1;
        return best;
      }
      const buffer = { address: heap.allocate(bytes), bytes, users: 1 };
      all.push(buffer);
      return buffer;
    },
    share(buffer) {
      buffer.users++;
      return buffer;
    },
    leave(buffer) {
      buffer.users--;
      if (buffer.users === 0) free.push(buffer);
    },
    dispose() {
      for (const { address, bytes } of all.splice(0)) heap.release(address, bytes);
      free.length = 0;
    },
  };
}
