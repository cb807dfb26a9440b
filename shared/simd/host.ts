/** Everything a worker of the thread pool needs; it is posted to the worker as it is. */
export interface PoolStart {
  readonly module: WebAssembly.Module;
  /** Shared by all threads. */
  readonly memory: WebAssembly.Memory;
  /** Address of the word that tells the caller that a worker has died. */
  readonly brokenAt: number;
  /** From 1 on; 0 is the caller. */
  readonly thread: number;
}

/** A running worker of the thread pool. */
export interface PoolWorker {
  terminate(): unknown;
}

/** `died` is called when a worker that was running has ended without being told to. */
export type SpawnWorker = (start: PoolStart, died: () => void) => Promise<PoolWorker>;

/** What the backend needs from the place it runs in. */
export interface SimdHost {
  /** Bytes of `kernels{,-relaxed}{,-threads}.wasm`. */
  readonly loadWasm: (name: string) => Promise<BufferSource>;
  /** Starts a pool worker and resolves once it waits for jobs. Without it there is one thread. */
  readonly spawn?: SpawnWorker;
  /** Threads to use, the caller's included. */
  readonly threads: number;
  /** Use relaxed SIMD (fused multiply-add); default: where the engine has it. */
  readonly relaxed?: boolean;
  /** Use shared memory, which threads need; default: with more than one thread, where the engine has it. */
  readonly shared?: boolean;
  /** What the memory may grow to, in MiB; default: 2048, which is as much as the kernels can address. */
  readonly mostMebibytes?: number;
}

/** What a user of the backend may decide; the defaults suit everyone but tests and benchmarks. */
export interface SimdOptions {
  /** Default: `usualThreads`. */
  readonly threads?: number;
  readonly relaxed?: boolean;
  readonly shared?: boolean;
  readonly mostMebibytes?: number;
}

/**
 * Threads to use on a machine with so many logical processors. Beyond four, half of them are usually second threads of a
 * core, which add nothing to these kernels; more than eight gain nothing on layers of our size.
 */
export function usualThreads(processors: number): number {
  return processors <= 4 ? processors : Math.min(8, Math.ceil(processors / 2));
}
