import { Control } from "./kernels/protocol.ts";

const pageBytes = 65536;
const line = 64;
/** Kernels process the last vector of a tensor whole and panels are read ahead, so every block is longer than asked. */
const slack = 64;
/** Growing costs a rebuild of every view, so it happens in steps of 32 MiB. */
const growthPages = 512;

/**
 * Allocator over a WebAssembly memory: blocks of a few sizes (2ᵏ and its fifteen sixteenths up to the next power), kept in free lists. A training step
 * asks for the same sizes again and again, so nothing is ever split, merged or given back.
 */
export class Heap {
  readonly memory: WebAssembly.Memory;
  floats: Float32Array;
  words: Int32Array;
  /** Bytes in use, rounded up to blocks. */
  liveBytes = 0;
  private top: number = Control.end;
  private readonly free = new Map<number, number[]>();
  private readonly mostMebibytes: number;
  private readonly onGrow: () => void;

  /** The memory grows to `mostMebibytes`; `onGrow` is called when old views of it have become useless. */
  constructor(memory: WebAssembly.Memory, mostMebibytes: number, onGrow: () => void) {
    this.memory = memory;
    this.mostMebibytes = mostMebibytes;
    this.onGrow = onGrow;
    this.floats = new Float32Array(memory.buffer);
    this.words = new Int32Array(memory.buffer);
  }

  /** The buffer of all current views. */
  get buffer(): ArrayBufferLike {
    return this.floats.buffer;
  }

  /** Bytes that have ever been in use. */
  get peakBytes(): number {
    return this.top;
  }

  /** Address of a block for `bytes` bytes, aligned to a cache line, with arbitrary content. */
  allocate(bytes: number): number {
    const size = blockSize(bytes);
    const recycled = this.free.get(size)?.pop();
    this.liveBytes += size;
    if (recycled !== undefined) return recycled;
    const address = this.top;
    if (address + size > this.buffer.byteLength) this.grow(address + size, bytes);
    this.top = address + size;
    return address;
  }

  /** Takes a block back; `bytes` as given to `allocate`. */
  release(address: number, bytes: number): void {
    const size = blockSize(bytes);
    this.liveBytes -= size;
    const blocks = this.free.get(size);
    if (blocks) blocks.push(address);
    else this.free.set(size, [address]);
  }

  private grow(end: number, asked: number): void {
    const needed = Math.ceil((end - this.buffer.byteLength) / pageBytes);
    if (!this.tryGrow(Math.max(needed, growthPages)) && !this.tryGrow(needed)) {
      this.liveBytes -= blockSize(asked);
      throw new Error(
        `The network needs more memory than the CPU backend can have: ${mebibytes(asked)} MiB asked for, ` +
          `${mebibytes(this.liveBytes)} MiB in use, ${this.mostMebibytes} MiB at most. Train with a smaller batch or a smaller network.`,
      );
    }
    this.floats = new Float32Array(this.memory.buffer);
    this.words = new Int32Array(this.memory.buffer);
    this.onGrow();
  }

  private tryGrow(pages: number): boolean {
    try {
      this.memory.grow(pages);
      return true;
    } catch {
      return false;
    }
  }
}

function blockSize(bytes: number): number {
  const size = bytes + slack;
  if (size <= 4 * line) return Math.ceil(size / line) * line;
  const power = 2 ** Math.floor(Math.log2(size));
  const step = Math.max(line, power / 16);
  return power + Math.ceil((size - power) / step) * step;
}

const mebibytes = (bytes: number): number => Math.ceil(bytes / 2 ** 20);
