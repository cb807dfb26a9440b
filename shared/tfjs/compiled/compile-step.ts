import type { Variable } from "@tensorflow/tfjs-core";
import { seedOf } from "../../nodes/random.ts";
import { volume } from "../../nodes/shape.ts";
import type { SimdBackend } from "../../simd/backend.ts";
import type { Rule } from "../../simd/optimizers.ts";
import { Recorder } from "../../simd/program.ts";
import { runCrossEntropy } from "../../simd/run-softmax.ts";
import type { Network } from "../build.ts";
import { type Buffers, createBuffers } from "./buffers.ts";
import { recordForward } from "./record.ts";
import type { StoredArray } from "./site.ts";

/** A variable that learns, with addresses of what belongs to it. */
export interface Learned {
  readonly variable: Variable;
  readonly gradient: number;
  readonly averages: readonly number[];
}

/** What a step is compiled from. */
export interface StepPlan {
  readonly network: Network;
  readonly rule: Rule;
  readonly learned: readonly Learned[];
  /** Examples in the batch. */
  readonly images: number;
  /** Steps done so far, the present one included. */
  readonly steps: () => number;
  /** Takes each example's loss, and 1 where its class was recognised, else 0: [images, 2]. */
  readonly measured: (found: Float32Array) => void;
}

/** A training step for batches of one size. */
export interface CompiledStep {
  /** Addresses of the examples [images, ...shape] and of their class numbers, int32, to be filled before a run. */
  readonly examples: number;
  readonly labels: number;
  run(): void;
  dispose(): void;
}

/** Throws, and keeps nothing, where the memory is not enough. */
export function compileStep(simd: SimdBackend, plan: StepPlan): CompiledStep {
  // The first recording finds out how much scratch memory the kernels want; the second is used.
  const scratchBytes = withBuffers(
    simd,
    (buffers) => record(simd, plan, buffers, 0).recorder.scratchBytes,
    "free",
  );
  return withBuffers(simd, (buffers) => {
    const scratch = buffers.take(scratchBytes / 4);
    const { recorder, examples, labels } = record(simd, plan, buffers, scratch.address);
    const program = recorder.finish();
    return {
      examples,
      labels,
      run: program.run,
      dispose() {
        program.dispose();
        buffers.dispose();
      },
    };
  });
}

/** Gives buffers to `use`, and frees them where it fails, or afterwards where nobody needs them any longer. */
function withBuffers<T>(simd: SimdBackend, use: (buffers: Buffers) => T, then: "free" | "keep" = "keep"): T {
  const buffers = createBuffers(simd);
  let done = false;
  try {
    const result = use(buffers);
    done = then === "keep";
    return result;
  } finally {
    if (!done) buffers.dispose();
  }
}

function record(
  simd: SimdBackend,
  { network, rule, learned, images, steps, measured }: StepPlan,
  buffers: Buffers,
  scratchAddress: number,
): { readonly recorder: Recorder; readonly examples: number; readonly labels: number } {
  const { heap } = simd;
  const recorder = new Recorder(simd, scratchAddress);
  const floatsAt = (address: number, count: number): Float32Array =>
    heap.floats.subarray(address / 4, address / 4 + count);
  const gradients = new Map(learned.map((it) => [it.variable, it.gradient]));
  const forward = recordForward({
    network,
    images,
    recorder,
    buffers,
    floatsAt,
    seedNow: ({ node }, what) => seedOf(what, network.moment.seed, node.id, network.moment.step),
    wordsAt: (address, count) => heap.words.subarray(address / 4, address / 4 + count),
    table(words) {
      const { address } = buffers.take(words.length);
      heap.words.set(words, address / 4);
      return address;
    },
    stored({ node }, index): StoredArray | undefined {
      const variable = network.stored.get(node.id)?.[index];
      if (!variable) return undefined;
      return { address: simd.address(variable), size: variable.size, gradient: gradients.get(variable) };
    },
  });
  const classes = volume(network.plan.output?.output ?? [0]);
  const labels = buffers.take(images);
  const found = buffers.take(2 * images);
  const gradient = buffers.take(images * classes);
  runCrossEntropy(recorder, {
    ...{ rows: images, columns: classes, logits: forward.logits.address, labels: labels.address },
    ...{ found: found.address, gradient: gradient.address },
  });
  recorder.call(() => measured(floatsAt(found.address, 2 * images)));
  // With everything frozen only batch norm's averages move.
  if (learned.length) {
    forward.backward(gradient);
    update(simd, recorder, rule, learned, steps);
  }
  return { recorder, examples: forward.examples.address, labels: labels.address };
}

/** One kernel for each variable; some of its arguments change from step to step. */
function update(
  simd: SimdBackend,
  recorder: Recorder,
  rule: Rule,
  learned: readonly Learned[],
  steps: () => number,
): void {
  const renewals: (() => void)[] = [];
  recorder.call(() => {
    for (const renew of renewals) renew();
  });
  for (const { variable, gradient, averages } of learned) {
    const fixed = [variable.size, simd.address(variable), gradient];
    const changing = (): readonly number[] => rule.words(steps(), averages);
    const job = recorder.run(rule.kernel, simd.sharesFor(variable.size / 2), [...fixed, ...changing()]);
    renewals.push(() => {
      for (const [place, word] of changing().entries()) job.set(fixed.length + place, word);
    });
  }
}
