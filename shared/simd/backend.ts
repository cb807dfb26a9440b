import { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu";
import type { TensorData } from "@tensorflow/tfjs-backend-cpu/dist/backend_cpu";
import {
  backend,
  type backend_util,
  type DataType,
  engine,
  type Tensor,
  type TensorInfo,
  type Variable,
} from "@tensorflow/tfjs-core";
import { Heap } from "./heap.ts";
import type { PoolWorker, SimdHost, SpawnWorker } from "./host.ts";
import type { KernelModule } from "./kernel-module.ts";
import { Control, type Kernel } from "./kernels/protocol.ts";
import type { Launcher } from "./launcher.ts";
import { startWorkers } from "./pool.ts";
import { sizeOf } from "./shape.ts";

/** Where the values of a tensor lie in the WebAssembly memory. */
interface Block {
  readonly address: number;
  readonly length: number;
  readonly data: TensorData<DataType>;
}

const floatBytes = 4;
const initialPages = 64;
const mostMebibytes = 2048;
const pagesPerMebibyte = 16;
/**
 * Cores differ in speed, by half on many laptops, and other programs take their part. With several shares for each thread
 * the fast ones do more of them.
 */
const sharesPerThread = 8;
/** Shares are counted in a byte of the ticket. */
const mostShares = 255;
/** A share shall outweigh the taking of it. */
const leastInShare = 4000;
/** No kernel works as long on one share, not even on a machine with ten times as much to do. */
const patienceSeconds = 20;

/**
 * tfjs's cpu backend whose float32 tensors move into one WebAssembly memory when a kernel of ours first uses them. Their
 * `values` stay valid views, so that every kernel of the cpu backend works on them as well.
 */
export class SimdBackend extends MathBackendCPU implements Launcher {
  readonly heap: Heap;
  readonly module: KernelModule;
  /** Which of the WebAssembly files runs. */
  readonly variant: string;
  /** Vector operations from which on a job is shared among the threads; waking them costs microseconds. */
  parallelFrom = 30000;
  private readonly blocks = new Map<object, Block>();
  private readonly workers = new Set<PoolWorker>();
  /** See `Launcher`; 1 without a pool. Workers that have ended keep theirs. */
  slots = 1;
  private scratchAddress = 0;
  private scratchBytes = 0;

  private constructor(
    memory: WebAssembly.Memory,
    instance: WebAssembly.Instance,
    variant: string,
    mostMebibytes: number,
  ) {
    super();
    this.heap = new Heap(memory, mostMebibytes, () => this.renewViews());
    // The door to WebAssembly: its exports carry no types.
    this.module = instance.exports as unknown as KernelModule;
    this.variant = variant;
  }

  /** Compiles `variant` and starts the pool; `shared` says whether the variant imports a shared memory. */
  static async start(host: SimdHost, variant: string, shared: boolean): Promise<SimdBackend> {
    const module = await WebAssembly.compile(await host.loadWasm(variant));
    const maximum = (host.mostMebibytes ?? mostMebibytes) * pagesPerMebibyte;
    const memory = new WebAssembly.Memory({ initial: initialPages, maximum, shared });
    const backend = new SimdBackend(
      memory,
      await WebAssembly.instantiate(module, { env: { memory } }),
      variant,
      maximum / pagesPerMebibyte,
    );
    if (shared && host.spawn) await backend.startPool(host.spawn, module, host.threads);
    return backend;
  }

  get threads(): number {
    return this.workers.size + 1;
  }

  private async startPool(spawn: SpawnWorker, module: WebAssembly.Module, threads: number): Promise<void> {
    this.slots = threads;
    this.heap.words[Control.patience / floatBytes] = patienceSeconds;
    await startWorkers(spawn, { module, memory: this.heap.memory, brokenAt: Control.broken }, threads - 1, {
      joined: (worker) => {
        // Meanwhile the pool may have been closed.
        if (this.heap.words[Control.closed / floatBytes] !== 0) worker.terminate();
        else this.workers.add(worker);
      },
      left: (worker) => this.workers.delete(worker),
    });
  }

  run(kernel: Kernel, shares: number, words: readonly number[]): void {
    const start = Control.arguments / floatBytes;
    const memory = this.heap.words;
    for (let i = 0; i < words.length; i++) memory[start + i] = words[i] ?? 0;
    this.module.dispatch(kernel, shares);
    if (shares > 1 && memory[Control.broken / floatBytes] !== 0) this.reportBrokenPool();
  }

  /** Runs jobs that a recorder has written; see program.ts. */
  runProgram(start: number, end: number): void {
    this.module.runProgram(start, end);
    if (this.heap.words[Control.broken / floatBytes] !== 0) this.reportBrokenPool();
  }

  private reportBrokenPool(): never {
    this.closePool();
    this.heap.words[Control.broken / floatBytes] = 0;
    throw new Error(
      "A thread of the CPU backend died, or no longer answers; until a restart, one thread does all the work.",
    );
  }

  sharesFor(vectorOperations: number): number {
    if (this.threads === 1 || vectorOperations <= this.parallelFrom) return 1;
    // Whoever has jobs shared that are smaller than one such share, as tests do, has all of them shared.
    const least = Math.min(leastInShare, Math.max(1, this.parallelFrom));
    return Math.min(this.threads * sharesPerThread, Math.ceil(vectorOperations / least), mostShares);
  }

  scratch(bytes: number): number {
    if (bytes > this.scratchBytes) {
      if (this.scratchAddress) this.heap.release(this.scratchAddress, this.scratchBytes);
      this.scratchAddress = 0;
      this.scratchBytes = 0;
      this.scratchAddress = this.heap.allocate(bytes);
      this.scratchBytes = bytes;
    }
    return this.scratchAddress;
  }

  /** Address of a float32 tensor's values; moves them into the heap when they are not there yet. */
  address(tensor: TensorInfo): number {
    const block = this.blocks.get(tensor.dataId);
    if (block) return block.address;
    const data = this.data.get(tensor.dataId);
    const values = data.values;
    if (!(values instanceof Float32Array))
      throw new Error(`a kernel asked for the address of ${tensor.dtype} values`);
    const address = this.heap.allocate(values.length * floatBytes);
    this.heap.floats.set(values, address / floatBytes);
    this.place(tensor.dataId, data, address, values.length);
    return address;
  }

  /** A new float32 tensor in the heap, with arbitrary content. */
  newTensor(shape: number[]): TensorInfo {
    const length = sizeOf(shape);
    const dataId = {};
    const data: TensorData<DataType> = { dtype: "float32", refCount: 1 };
    this.place(dataId, data, this.heap.allocate(length * floatBytes), length);
    this.data.set(dataId, data);
    return { dataId, shape, dtype: "float32" };
  }

  /** The values of a float32 tensor as a view, valid until the next allocation. */
  valuesOf(tensor: TensorInfo): Float32Array {
    const start = this.address(tensor) / floatBytes;
    return this.heap.floats.subarray(start, start + (this.blocks.get(tensor.dataId)?.length ?? 0));
  }

  private place(dataId: object, data: TensorData<DataType>, address: number, length: number): void {
    data.values = new Float32Array(this.heap.buffer, address, length);
    this.blocks.set(dataId, { address, length, data });
  }

  /**
   * Growing detaches all views of an unshared memory and leaves those of a shared one on an older buffer object, in which
   * `ownCopy` would not recognise them.
   */
  private renewViews(): void {
    for (const { address, length, data } of this.blocks.values())
      data.values = new Float32Array(this.heap.buffer, address, length);
  }

  /** Gives a variable values that no clone shares, so that they may be changed in place. */
  unshare(variable: Variable): void {
    if (this.refCount(variable.dataId) === 1) return;
    const copy = copyOf(this, variable);
    variable.assign(copy);
    copy.dispose();
  }

  override write(values: backend_util.BackendValues, _shape: number[], dtype: DataType): object {
    const dataId = {};
    this.data.set(dataId, { values: this.ownCopy(values, dtype), dtype, refCount: 1 });
    return dataId;
  }

  override move(
    dataId: object,
    values: backend_util.BackendValues,
    shape: number[],
    dtype: DataType,
    refCount: number,
  ): void {
    super.move(dataId, this.ownCopy(values, dtype), shape, dtype, refCount);
  }

  /**
   * Values that a tensor may keep. The cpu kernels sometimes give float32 tensors other arrays (Cast) or a part of their
   * input's (Slice), whose block in the heap can be recycled.
   */
  private ownCopy(values: backend_util.BackendValues, dtype: DataType): backend_util.BackendValues {
    if (!ArrayBuffer.isView(values))
      return dtype === "float32" && values ? Float32Array.from(Array.from(values, Number)) : values;
    if (dtype === "float32" && !(values instanceof Float32Array)) return Float32Array.from(values);
    return values.buffer === this.heap.buffer ? values.slice() : values;
  }

  /** A copy of values in the heap: callers keep what they read. */
  override readSync(dataId: object): backend_util.BackendValues {
    const values = super.readSync(dataId);
    return this.blocks.has(dataId) && values instanceof Float32Array ? values.slice() : values;
  }

  override disposeData(dataId: object, force = false): boolean {
    const gone = super.disposeData(dataId, force);
    const block = this.blocks.get(dataId);
    if (gone && block) {
      this.blocks.delete(dataId);
      this.heap.release(block.address, block.length * floatBytes);
    }
    return gone;
  }

  /** Ends the pool; what runs after this runs on one thread. */
  override dispose(): void {
    this.closePool();
    super.dispose();
  }

  /** Workers leave at the end of the share they have; those that sleep or no longer answer are ended from outside. */
  private closePool(): void {
    this.heap.words[Control.closed / floatBytes] = 1;
    for (const worker of this.workers) worker.terminate();
    this.workers.clear();
  }
}

/** A new float32 tensor in the heap, with arbitrary content, that the engine's current tidy looks after. */
export function newTensor(backend: SimdBackend, shape: readonly number[]): Tensor {
  return engine().makeTensorFromTensorInfo(backend.newTensor([...shape]));
}

/** A tensor with values of its own in the heap, which `newTensor`'s tidy looks after. */
export function copyOf(backend: SimdBackend, tensor: Tensor): Tensor {
  const copy = newTensor(backend, tensor.shape);
  backend.valuesOf(copy).set(backend.valuesOf(tensor));
  return copy;
}

/** The engine's current backend if it is this one. */
export function currentSimd(): SimdBackend | undefined {
  const current = backend();
  return current instanceof SimdBackend ? current : undefined;
}
