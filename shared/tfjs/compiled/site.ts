import type { Step } from "../../compile/plan.ts";
import type { WeightName } from "../../nodes/kind.ts";
import type { Shape } from "../../nodes/shape.ts";
import type { Recorder } from "../../simd/program.ts";

/** A stored array of a layer in the WebAssembly memory. */
export interface StoredArray {
  readonly address: number;
  readonly size: number;
  /** Where its gradient goes; undefined where it does not learn. */
  readonly gradient: number | undefined;
}

/**
 * Where one layer's part of a training step is recorded. All arrays are float32 and given by address, those of examples
 * as [images, ...shape] with channels last.
 */
export interface Site {
  readonly step: Step;
  readonly images: number;
  readonly recorder: Recorder;
  /** Values that the layer gives: examples times the size of one. */
  readonly count: number;
  /** Whether the layer's values go into the loss, so that a softmax is left to it. */
  readonly isOutput: boolean;
  /** A seed for what is random in this layer in the step that is about to run; `what` tells one use from another. */
  seedNow(what: string): number;
  /** A view of an array, for functions that run between the kernels. */
  floatsAt(address: number, count: number): Float32Array;
  wordsAt(address: number, count: number): Int32Array;
  /** Address of numbers that never change. */
  table(words: Int32Array): number;
  input(slot?: number): number;
  inputShape(slot?: number): Shape;
  stored(name: WeightName): StoredArray | undefined;
  /** Takes a block for what the layer gives. */
  output(): number;
  /** What the layer gives is what it gets, unchanged. */
  passOn(): void;
  /** A block that lives until the layer's gradients are recorded. */
  keep(floats: number): number;
}

/** The same on the way back. */
export interface BackwardSite {
  /** Address of the gradient by what the layer gives. Not to be written to: other layers may look at it. */
  readonly gradient: number;
  /** Puts another array of the same size in its place. `to` is `gradient` itself where nobody else looks at it. */
  replaceGradient(record: (from: number, to: number) => void): void;
  /** Where the gradient by an input goes; undefined where nobody needs it. The block holds arbitrary values. */
  inputGradient(slot?: number): number | undefined;
  /** The gradient by this input is the present `gradient`. */
  passBack(slot?: number): void;
}

/** Records what a layer computes, and answers how its gradients are recorded. */
export type RecordLayer = (site: Site) => RecordGradients;
export type RecordGradients = (site: BackwardSite) => void;
