import * as tf from "@tensorflow/tfjs-core";
import type { Weights } from "../compile/weights.ts";
import { allFinite, type Network, readSnapshot, type Snapshot } from "./build.ts";

/** Remembers weights that were still good, for the moment when training has destroyed them. */
export interface Guard {
  /** All losses so far were finite: what was marked the last time is now known to be good. */
  mark(): void;
  /** The newest weights known to be good; those at the start before there are any. */
  lastGood(): Promise<Weights>;
  dispose(): void;
}

/**
 * A finite loss proves the weights before its step, not those after it. So marked weights count as good only at the
 * next mark. When to mark must depend on steps and not on time, or two equal runs would keep different weights.
 */
export function createGuard(network: Network, start: Weights): Guard {
  let good: Snapshot = [];
  let marked: Snapshot = [];
  return {
    mark() {
      tf.dispose([...good]);
      good = marked;
      marked = network.snapshot();
    },
    async lastGood() {
      if (!good.length) return start;
      const weights = await readSnapshot(network.plan, good);
      // A weight can be infinite and yet never reach the loss, behind a dead ReLU.
      return allFinite(weights) ? weights : start;
    },
    dispose: () => tf.dispose([...good, ...marked]),
  };
}
