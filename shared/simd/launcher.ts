import type { KernelModule } from "./kernel-module.ts";
import type { Kernel } from "./kernels/protocol.ts";

/**
 * What a function needs that computes something by kernels, all arrays given by address. The backend runs them at once;
 * a recorder (program.ts) keeps them for later.
 */
export interface Launcher {
  readonly module: KernelModule;
  /** Pieces of scratch memory that a shared job needs: every thread, the caller included, works in one of its own. */
  readonly slots: number;
  /** Into how many shares to split a job of about `vectorOperations` steps of an inner loop. */
  sharesFor(vectorOperations: number): number;
  /** Address of so many bytes with arbitrary content, valid until the next call. */
  scratch(bytes: number): number;
  /** Runs a kernel. The arguments are 32-bit words in the order of the kernel's argument class; see `floatBits`. */
  run(kernel: Kernel, shares: number, words: readonly number[]): void;
}

const bits = new DataView(new ArrayBuffer(4));

/** A number as the word that a kernel reads as f32. */
export function floatBits(value: number): number {
  bits.setFloat32(0, value);
  return bits.getInt32(0);
}
