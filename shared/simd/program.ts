import type { SimdBackend } from "./backend.ts";
import type { KernelModule } from "./kernel-module.ts";
import { JobWord, type Kernel } from "./kernels/protocol.ts";
import type { Launcher } from "./launcher.ts";

const wordBytes = 4;

/** A kernel's arguments in a program, which may change from one run of it to the next. */
export interface Job {
  /** Changes one argument, counted from 0. */
  set(argument: number, word: number): void;
}

/** Jobs in a fixed order, written into the WebAssembly memory once: to run them all is one call. */
export interface Program {
  run(): void;
  dispose(): void;
}

interface Recorded {
  readonly kernel: Kernel;
  readonly shares: number;
  readonly words: readonly number[];
  /** Where it stands once the program is written. */
  address: number;
}

/**
 * Takes jobs down instead of running them. Whatever launches kernels by address can be recorded:
 * `runConvolution(recorder, …)`. Between the jobs the caller's own functions may run.
 */
export class Recorder implements Launcher {
  readonly module: KernelModule;
  readonly slots: number;
  /** The most scratch memory that any job has asked for. */
  scratchBytes = 0;
  private readonly backend: SimdBackend;
  private readonly scratchAddress: number;
  private readonly parts: (Recorded[] | (() => void))[] = [];

  /** All jobs share the scratch memory at `scratchAddress`, whose size a first recording finds out. */
  constructor(backend: SimdBackend, scratchAddress: number) {
    this.backend = backend;
    this.module = backend.module;
    this.slots = backend.slots;
    this.scratchAddress = scratchAddress;
  }

  sharesFor(vectorOperations: number): number {
    return this.backend.sharesFor(vectorOperations);
  }

  scratch(bytes: number): number {
    this.scratchBytes = Math.max(this.scratchBytes, bytes);
    return this.scratchAddress;
  }

  run(kernel: Kernel, shares: number, words: readonly number[]): Job {
    const job: Recorded = { kernel, shares, words, address: 0 };
    const last = this.parts.at(-1);
    if (Array.isArray(last)) last.push(job);
    else this.parts.push([job]);
    return {
      set: (argument, word) => {
        this.backend.heap.words[job.address / wordBytes + JobWord.arguments + argument] = word;
      },
    };
  }

  /** Calls a function between the jobs before and after it. */
  call(work: () => void): void {
    this.parts.push(work);
  }

  /** Writes the program. */
  finish(): Program {
    const { backend, parts } = this;
    const sizes = parts.map((it) => (Array.isArray(it) ? wordsOf(it) * wordBytes : 0));
    const bytes = sizes.reduce((sum, it) => sum + it, 0);
    const start = backend.heap.allocate(bytes);
    let at = start;
    const steps = parts.map((part) => {
      if (!Array.isArray(part)) return part;
      const from = at;
      for (const job of part) at = write(backend, job, at);
      const to = at;
      return () => backend.runProgram(from, to);
    });
    return {
      run: () => {
        for (const step of steps) step();
      },
      dispose: () => backend.heap.release(start, bytes),
    };
  }
}

const wordsOf = (jobs: readonly Recorded[]): number =>
  jobs.reduce((sum, it) => sum + JobWord.arguments + it.words.length, 0);

function write({ heap }: SimdBackend, job: Recorded, address: number): number {
  const start = address / wordBytes;
  job.address = address;
  heap.words[start + JobWord.kernel] = job.kernel;
  heap.words[start + JobWord.shares] = job.shares;
  heap.words[start + JobWord.count] = job.words.length;
  heap.words.set(job.words, start + JobWord.arguments);
  return address + (JobWord.arguments + job.words.length) * wordBytes;
}
