import { type Call, call } from "../../nodes/kind.ts";
import type { Shape } from "../../nodes/shape.ts";

/** A layer of the design in tfjs's own layers, where tfjs has none of that kind or a wrong one. */
export interface Lowering {
  readonly calls: readonly Call[];
  /** Numbers of the largest table among the arrays. */
  readonly numbers: number;
  /** What the layers hold, in their order, made of what the design's layer holds. */
  arrays(stored: readonly Float32Array[]): readonly Table[];
}

export interface Table {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Undefined where tfjs's own layer will do. */
export type Lower = (its: Call, input: Shape, output: Shape) => Lowering | undefined;

/** A dense layer that holds a table [from, to] along the last axis. It never learns, so that its zeros stay. */
export const tableLayer = (units: number, useBias = false): Call =>
  call("dense", { units, useBias, trainable: false, kernelInitializer: "zeros" });
