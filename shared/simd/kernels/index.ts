// Entry of the WebAssembly module: runs a kernel on the calling thread and the pool. There is no runtime and no
// garbage collector; every pointer comes from the caller.

import { activation, activationGradient } from "./activation-functions";
import { averagePool, averagePoolGradient } from "./average-pool";
import { batchNorm } from "./batch-norm";
import { batchNormGradient, batchNormSums } from "./batch-norm-gradient";
import { batchNormMoments, batchNormTraining } from "./batch-norm-training";
import { binary } from "./binary";
import { convolution } from "./convolution";
import { copyGrid, fill, gather } from "./copy";
import { depthwise, depthwiseInputGradient } from "./depthwise";
import { depthwiseFilterGradient } from "./depthwise-filter-gradient";
import { dropout } from "./dropout";
import { filterGradient } from "./filter-gradient";
import { gemm } from "./gemm";
import { layerNorm, layerNormGradient, layerNormParts } from "./layer-norm";
import { maxPool, maxPoolGradient } from "./max-pool";
import { locallyConnected, locallyConnectedFilterGradient, locallyConnectedInputGradient } from "./locally-connected";
import { affine, globalAverageGradient, globalMax, globalMaxGradient, maximumGradient } from "./merging";
import { adam, momentum, rmsprop, sgd } from "./optimizer";
import { Control, JobWord, Kernel } from "./protocol";
import { sumColumns, sumParts, sumRows } from "./reduction";
import { crossEntropy, softmax, softmaxGradient } from "./softmax";
import { stridedInputGradient } from "./strided-gradient";
import { beginJob, setThreadNumber } from "./thread";
import { unary } from "./unary";
import { bilinear, bilinearGradient, nearestGradient } from "./upsampling";
import { winogradConvolution } from "./winograd";
import { winogradFilter } from "./winograd-filter";
import { winogradFilterGradient } from "./winograd-filter-gradient";

export { batchNormScratchBytes } from "./batch-norm";
export { convolutionScratchBytes } from "./convolution";
export { filterGradientScratchBytes } from "./filter-gradient";
export { gemmScratchBytes } from "./gemm";
export { winogradScratchBytes } from "./winograd";
export { winogradFilterBytes, winogradFilterScratchBytes } from "./winograd-filter";
export { winogradFilterGradientScratchBytes } from "./winograd-filter-gradient";
export { depthwiseScratchBytes } from "./depthwise";
export { depthwiseFilterGradientScratchBytes } from "./depthwise-filter-gradient";
export { batchNormPartBytes, batchNormTrainingScratchBytes } from "./batch-norm-training";
export { layerNormGradientScratchBytes, layerNormPartBytes } from "./layer-norm";
export { crossEntropyScratchBytes } from "./softmax";
export { dropoutScratchBytes } from "./dropout";
export { stridedGradientScratchBytes } from "./strided-gradient";

/** Looks at the ticket before a worker goes to sleep: tenths of a millisecond, the pause between two steps of training. */
const SPINS: i32 = 100000;

/** Looks at the finished shares before the caller goes to sleep: some milliseconds. */
const CALLER_SPINS: i32 = 1000000;
/** In nanoseconds. */
const SECOND: i64 = 1000000000;

// A ticket is one word, so that a share can be taken in one step: number of the job, and the first and the end of the
// shares that nobody has taken yet.
const NUMBER_SHIFT: i32 = 16;
const END_SHIFT: i32 = 8;
const BYTE: i32 = 0xff;

// @ts-ignore: decorator
@inline function firstOf(ticket: i32): i32 {
  return ticket & BYTE;
}

// @ts-ignore: decorator
@inline function endOf(ticket: i32): i32 {
  return (ticket >> END_SHIFT) & BYTE;
}

function execute(kernel: i32, at: usize, share: i32, shares: i32): void {
  switch (kernel) {
    case Kernel.gemm: gemm(at, share, shares); break;
    case Kernel.convolution: convolution(at, share, shares); break;
    case Kernel.filterGradient: filterGradient(at, share, shares); break;
    case Kernel.winogradFilter: winogradFilter(at, share, shares); break;
    case Kernel.winogradConvolution: winogradConvolution(at, share, shares); break;
    case Kernel.winogradFilterGradient: winogradFilterGradient(at, share, shares); break;
    case Kernel.sumParts: sumParts(at, share, shares); break;
    case Kernel.sumColumns: sumColumns(at, share, shares); break;
    case Kernel.sumRows: sumRows(at, share, shares); break;
    case Kernel.maxPool: maxPool(at, share, shares); break;
    case Kernel.maxPoolGradient: maxPoolGradient(at, share, shares); break;
    case Kernel.averagePool: averagePool(at, share, shares); break;
    case Kernel.averagePoolGradient: averagePoolGradient(at, share, shares); break;
    case Kernel.binary: binary(at, share, shares); break;
    case Kernel.unary: unary(at, share, shares); break;
    case Kernel.batchNorm: batchNorm(at, share, shares); break;
    case Kernel.sgd: sgd(at, share, shares); break;
    case Kernel.momentum: momentum(at, share, shares); break;
    case Kernel.rmsprop: rmsprop(at, share, shares); break;
    case Kernel.adam: adam(at, share, shares); break;
    case Kernel.depthwise: depthwise(at, share, shares); break;
    case Kernel.depthwiseInputGradient: depthwiseInputGradient(at, share, shares); break;
    case Kernel.depthwiseFilterGradient: depthwiseFilterGradient(at, share, shares); break;
    case Kernel.batchNormMoments: batchNormMoments(at, share, shares); break;
    case Kernel.batchNormTraining: batchNormTraining(at, share, shares); break;
    case Kernel.batchNormSums: batchNormSums(at, share, shares); break;
    case Kernel.batchNormGradient: batchNormGradient(at, share, shares); break;
    case Kernel.layerNorm: layerNorm(at, share, shares); break;
    case Kernel.layerNormGradient: layerNormGradient(at, share, shares); break;
    case Kernel.layerNormParts: layerNormParts(at, share, shares); break;
    case Kernel.activation: activation(at, share, shares); break;
    case Kernel.activationGradient: activationGradient(at, share, shares); break;
    case Kernel.softmax: softmax(at, share, shares); break;
    case Kernel.softmaxGradient: softmaxGradient(at, share, shares); break;
    case Kernel.crossEntropy: crossEntropy(at, share, shares); break;
    case Kernel.dropout: dropout(at, share, shares); break;
    case Kernel.copyGrid: copyGrid(at, share, shares); break;
    case Kernel.fill: fill(at, share, shares); break;
    case Kernel.gather: gather(at, share, shares); break;
    case Kernel.nearestGradient: nearestGradient(at, share, shares); break;
    case Kernel.bilinear: bilinear(at, share, shares); break;
    case Kernel.bilinearGradient: bilinearGradient(at, share, shares); break;
    case Kernel.affine: affine(at, share, shares); break;
    case Kernel.maximumGradient: maximumGradient(at, share, shares); break;
    case Kernel.globalMax: globalMax(at, share, shares); break;
    case Kernel.globalMaxGradient: globalMaxGradient(at, share, shares); break;
    case Kernel.globalAverageGradient: globalAverageGradient(at, share, shares); break;
    case Kernel.locallyConnected: locallyConnected(at, share, shares); break;
    case Kernel.locallyConnectedInputGradient: locallyConnectedInputGradient(at, share, shares); break;
    case Kernel.locallyConnectedFilterGradient: locallyConnectedFilterGradient(at, share, shares); break;
    case Kernel.stridedInputGradient: stridedInputGradient(at, share, shares); break;
  }
}

/** Runs a kernel whose arguments stand in the control block. */
export function dispatch(kernel: i32, shares: i32): void {
  run(kernel, Control.arguments, shares);
}

/** Runs the jobs of a program from `at` to `end`; stops short where a thread has died. */
export function runProgram(at: usize, end: usize): void {
  while (at < end) {
    run(load<i32>(at + word(JobWord.kernel)), at + word(JobWord.arguments), load<i32>(at + word(JobWord.shares)));
    if (ASC_FEATURE_THREADS) {
      if (load<i32>(Control.broken)) return;
    }
    at += word(JobWord.arguments + load<i32>(at + word(JobWord.count)));
  }
}

// @ts-ignore: decorator
@inline function word(index: i32): usize {
  return <usize>index << 2;
}

/**
 * Runs a kernel in so many shares. The caller does the first share and then whatever no worker has taken yet, and so do
 * the workers: who is slower, because its core is slow or another program is on it, does less, and one that sleeps
 * nothing. Nobody waits for more than the rest of a share.
 */
function run(kernel: i32, at: usize, shares: i32): void {
  if (ASC_FEATURE_THREADS) {
    if (shares > 1) {
      store<i32>(Control.kernel, kernel);
      store<usize>(Control.job, at);
      store<i32>(Control.shares, shares);
      atomic.store<i32>(Control.finished, 0);
      const number = (atomic.load<i32>(Control.ticket) >> NUMBER_SHIFT) + 1;
      atomic.store<i32>(Control.ticket, (number << NUMBER_SHIFT) | (shares << END_SHIFT) | 1);
      if (atomic.load<i32>(Control.sleepers) > 0) atomic.notify(Control.ticket, -1);
      let share = 0, others = shares;
      beginJob();
      while (share >= 0) {
        execute(kernel, at, share, shares);
        others--;
        share = take(true);
      }
      awaitWorkers(others);
      return;
    }
  }
  beginJob();
  execute(kernel, at, 0, 1);
}

/** Returns when the workers have finished so many shares, or when one of them has died over its own. */
function awaitWorkers(shares: i32): void {
  let spins = 0, silent = 0, seen = atomic.load<i32>(Control.finished);
  while (seen < shares) {
    if (atomic.load<i32>(Control.broken)) return;
    if (++spins > CALLER_SPINS) {
      atomic.store<i32>(Control.waiting, 1);
      // A share finished meanwhile has changed the word, and this returns at once.
      const found = atomic.wait<i32>(Control.finished, seen, SECOND);
      atomic.store<i32>(Control.waiting, 0);
      // Seconds are counted one by one, so that a computer that was put to sleep is not taken for a dead worker.
      if (found == AtomicWaitResult.TIMED_OUT) silent++;
      else silent = 0;
      if (silent >= load<i32>(Control.patience)) atomic.store<i32>(Control.broken, 1);
    }
    seen = atomic.load<i32>(Control.finished);
  }
}

/**
 * Takes the first or the last share left of the current job; negative when there is none. Who has taken a share may rely
 * on the job's arguments until it has counted as finished.
 */
function take(first: bool): i32 {
  let ticket = atomic.load<i32>(Control.ticket);
  while (firstOf(ticket) < endOf(ticket)) {
    const found = atomic.cmpxchg<i32>(Control.ticket, ticket, first ? ticket + 1 : ticket - (1 << END_SHIFT));
    if (found == ticket) return first ? firstOf(ticket) : endOf(ticket) - 1;
    ticket = found;
  }
  return -1;
}

/** Life of a pool worker until the pool is closed: take shares; when there are none, spin for a while, then sleep. */
export function work(thread: i32): void {
  if (ASC_FEATURE_THREADS) {
    setThreadNumber(thread);
    // The caller begins at the first share, and so does every other worker; the rest begin at the last. Thus a thread
    // mostly meets the images and weights again that it had before, and that its cache still has.
    const first = (thread & 1) == 0;
    let spins = 0, last = -1;
    while (!atomic.load<i32>(Control.closed)) {
      const share = take(first);
      if (share >= 0) {
        // Nobody changes the job before this share has been finished.
        const number = atomic.load<i32>(Control.ticket) >> NUMBER_SHIFT;
        if (number != last) beginJob();
        last = number;
        execute(load<i32>(Control.kernel), load<usize>(Control.job), share, load<i32>(Control.shares));
        atomic.add<i32>(Control.finished, 1);
        if (atomic.load<i32>(Control.waiting)) atomic.notify(Control.finished, 1);
        spins = 0;
        continue;
      }
      // Job numbers repeat: whoever has paused prepares anew.
      last = -1;
      if (++spins <= SPINS) continue;
      spins = 0;
      const ticket = atomic.load<i32>(Control.ticket);
      atomic.add<i32>(Control.sleepers, 1);
      // A job that has come meanwhile has changed the ticket, and this returns at once.
      if (firstOf(ticket) >= endOf(ticket)) atomic.wait<i32>(Control.ticket, ticket, -1);
      atomic.sub<i32>(Control.sleepers, 1);
    }
  }
}
