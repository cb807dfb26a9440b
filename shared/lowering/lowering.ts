import { type Call, call } from "../nodes/kind.ts";
import type { Shape } from "../nodes/shape.ts";

/**
 * A layer of a design in layers that tfjs and every Keras have: where tfjs has none of that kind or a wrong one, and where
 * Keras 3 has none without code of one's own.
 */
export interface Lowering {
  /** One after the other, tfjs's names. */
  readonly layers: readonly StockLayer[];
  /** Numbers of the largest table among their arrays. */
  readonly numbers: number;
}

export interface StockLayer {
  readonly call: Call;
  /** What it gives for one example; of any rank. */
  readonly output: readonly number[];
  /** What it holds, in its own order, made of what the design's layer holds. Nothing when left out. */
  arrays?(stored: readonly Float32Array[]): readonly Table[];
}

export interface Table {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Undefined where tfjs's own layer will do. */
export type Lower = (its: Call, input: Shape, output: Shape) => Lowering | undefined;

/** A dense layer that holds a table [from, to] along the last axis. It never learns, so that its zeros stay. */
export const tableLayer = (before: readonly number[], to: number, table: () => Float32Array): StockLayer => ({
  call: call("dense", { units: to, useBias: false, trainable: false, kernelInitializer: "zeros" }),
  output: [...before.slice(0, -1), to],
  arrays: () => [{ shape: [before.at(-1) ?? 1, to], values: table() }],
});

export const reshaped = (output: readonly number[]): StockLayer => ({
  call: call("reshape", { targetShape: output }),
  output,
});

/** Axes in another order; `order` counts from 1, as Keras does without the batch. */
export const permuted = (before: readonly number[], order: readonly number[]): StockLayer => ({
  call: call("permute", { dims: order }),
  output: order.map((axis) => before[axis - 1] ?? 1),
});
