// Entry of the WebAssembly module: runs a kernel on the calling thread and the pool. There is no runtime and no
// garbage collector; every pointer comes from the caller.

import { averagePool, averagePoolGradient } from "./average-pool";
import { batchNorm } from "./batch-norm";
import { binary } from "./binary";
import { convolution } from "./convolution";
import { filterGradient } from "./filter-gradient";
import { gemm } from "./gemm";
import { maxPool, maxPoolGradient } from "./max-pool";
import { adam, momentum, rmsprop, sgd } from "./optimizer";
import { Control, Kernel } from "./protocol";
import { sumColumns, sumParts, sumRows } from "./reduction";
import { unary } from "./unary";
import { winogradConvolution } from "./winograd";
import { winogradFilter } from "./winograd-filter";
import { winogradFilterGradient } from "./winograd-filter-gradient";

export { batchNormScratchBytes } from "./batch-norm";
export { convolutionScratchBytes } from "./convolution";
export { filterGradientScratchBytes } from "./filter-gradient";
export { gemmScratchBytes } from "./gemm";
export { winogradScratchBytes } from "./winograd";
export { winogradFilterScratchBytes } from "./winograd-filter";
export { winogradFilterGradientScratchBytes } from "./winograd-filter-gradient";

/** Looks at the sequence number before a worker goes to sleep: some tens of microseconds, the pause between two kernels of a step. */
const SPINS: i32 = 20000;

function execute(kernel: i32, thread: i32, threads: i32): void {
  const at: usize = Control.arguments;
  switch (kernel) {
    case Kernel.gemm: gemm(at, thread, threads); break;
    case Kernel.convolution: convolution(at, thread, threads); break;
    case Kernel.filterGradient: filterGradient(at, thread, threads); break;
    case Kernel.winogradFilter: winogradFilter(at, thread, threads); break;
    case Kernel.winogradConvolution: winogradConvolution(at, thread, threads); break;
    case Kernel.winogradFilterGradient: winogradFilterGradient(at, thread, threads); break;
    case Kernel.sumParts: sumParts(at, thread, threads); break;
    case Kernel.sumColumns: sumColumns(at, thread, threads); break;
    case Kernel.sumRows: sumRows(at, thread, threads); break;
    case Kernel.maxPool: maxPool(at, thread, threads); break;
    case Kernel.maxPoolGradient: maxPoolGradient(at, thread, threads); break;
    case Kernel.averagePool: averagePool(at, thread, threads); break;
    case Kernel.averagePoolGradient: averagePoolGradient(at, thread, threads); break;
    case Kernel.binary: binary(at, thread, threads); break;
    case Kernel.unary: unary(at, thread, threads); break;
    case Kernel.batchNorm: batchNorm(at, thread, threads); break;
    case Kernel.sgd: sgd(at, thread, threads); break;
    case Kernel.momentum: momentum(at, thread, threads); break;
    case Kernel.rmsprop: rmsprop(at, thread, threads); break;
    case Kernel.adam: adam(at, thread, threads); break;
  }
}

/** Runs a kernel, whose arguments the caller has written, on `threads` threads. The caller is thread 0. */
export function dispatch(kernel: i32, threads: i32): void {
  if (ASC_FEATURE_THREADS) {
    if (threads > 1) {
      store<i32>(Control.kernel, kernel);
      store<i32>(Control.threads, threads);
      atomic.store<i32>(Control.finished, 0);
      atomic.add<i32>(Control.sequence, 1);
      if (atomic.load<i32>(Control.sleepers) > 0) atomic.notify(Control.sequence, -1);
      execute(kernel, 0, threads);
      const workers = load<i32>(Control.workers);
      while (atomic.load<i32>(Control.finished) < workers) {
        if (atomic.load<i32>(Control.broken)) return;
      }
      return;
    }
  }
  execute(kernel, 0, 1);
}

/** Endless life of pool worker `thread` (1..): wait for a job by spinning, then asleep; do its share. */
export function work(thread: i32): void {
  if (ASC_FEATURE_THREADS) {
    let last = 0;
    while (true) {
      let spins = 0, current = atomic.load<i32>(Control.sequence);
      while (current == last && spins < SPINS) {
        spins++;
        current = atomic.load<i32>(Control.sequence);
      }
      if (current == last) {
        atomic.add<i32>(Control.sleepers, 1);
        atomic.wait<i32>(Control.sequence, last, -1);
        atomic.sub<i32>(Control.sleepers, 1);
        continue;
      }
      last = current;
      const threads = load<i32>(Control.threads);
      if (thread < threads) execute(load<i32>(Control.kernel), thread, threads);
      atomic.add<i32>(Control.finished, 1);
    }
  }
}
