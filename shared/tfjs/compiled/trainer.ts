import { backend } from "@tensorflow/tfjs-core";
import { volume } from "../../nodes/shape.ts";
import { SimdBackend } from "../../simd/backend.ts";
import { type OptimizerSettings, type Rule, ruleOf } from "../../simd/optimizers.ts";
import type { Network } from "../build.ts";
import { inputShape } from "../evaluate.ts";
import type { Meter } from "../loss.ts";
import type { Trainer } from "../trainer.ts";
import { createBuffers } from "./buffers.ts";
import { type CompiledStep, compileStep, type Learned } from "./compile-step.ts";

/** Sizes of batches whose steps are kept: the recipe's, and the rest at the end of an epoch. */
const mostKept = 3;

/**
 * A training step without tape and tensors: all arrays have their places in the WebAssembly memory, all kernels their
 * arguments, and to train on a batch is to run them all, the loss among them. Weights and moving averages stay the
 * network's own variables, changed in place. Undefined where the backend is not `simd`: then the tape does the same.
 */
export function compiledTrainer(
  network: Network,
  meter: Meter,
  optimizer: OptimizerSettings,
): Trainer | undefined {
  const simd = backend();
  if (!(simd instanceof SimdBackend)) return undefined;
  return createTrainer(simd, network, meter, ruleOf(optimizer));
}

function createTrainer(simd: SimdBackend, network: Network, meter: Meter, rule: Rule): Trainer {
  const { heap } = simd;
  const variables = [...network.stored.values()].flat();
  const state = createBuffers(simd);
  const zeros = (size: number): number => {
    const { address } = state.take(size);
    heap.floats.fill(0, address / 4, address / 4 + size);
    return address;
  };
  const learned: readonly Learned[] = network.trainable.map((variable) => ({
    variable,
    gradient: state.take(variable.size).address,
    averages: Array.from({ length: rule.averages }, () => zeros(variable.size)),
  }));
  const example = volume(inputShape(network));
  const compiled = new Map<number, CompiledStep>();
  let places: readonly object[] = [];
  let steps = 0;

  function forget(): void {
    for (const it of compiled.values()) it.dispose();
    compiled.clear();
  }

  /** Others may have given a variable new values, or look at those it has: then it gets a place of its own again. */
  function settle(): void {
    if (variables.every((it, index) => it.dataId === places[index] && simd.refCount(it.dataId) === 1)) return;
    forget();
    for (const it of variables) simd.unshare(it);
    places = variables.map((it) => it.dataId);
  }

  function measured(found: Float32Array): void {
    let [loss, right] = [0, 0];
    for (let at = 0; at < found.length; at += 2) {
      loss += found[at] ?? 0;
      right += found[at + 1] ?? 0;
    }
    meter.count({ loss, right, images: found.length / 2 });
  }

  function stepFor(images: number): CompiledStep {
    const known = compiled.get(images);
    if (known) return known;
    if (compiled.size === mostKept) forget();
    const fresh = compileStep(simd, { network, rule, learned, images, measured, steps: () => steps });
    compiled.set(images, fresh);
    return fresh;
  }

  return {
    path: "compiled",
    step({ values, labels }, chosen) {
      network.moment.step++;
      steps++;
      settle();
      const step = stepFor(chosen.length);
      for (const [place, index] of chosen.entries()) {
        heap.floats.set(
          values.subarray(index * example, (index + 1) * example),
          step.examples / 4 + place * example,
        );
        heap.words[step.labels / 4 + place] = labels[index] ?? 0;
      }
      step.run();
    },
    dispose() {
      forget();
      state.dispose();
    },
  };
}
