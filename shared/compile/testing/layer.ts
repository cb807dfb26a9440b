import { pairOf } from "../../nodes/settings.ts";
import { isImage, type Shape } from "../../nodes/shape.ts";
import type { Step } from "../plan.ts";
import type { Arithmetic } from "./arithmetic.ts";

/** What a layer done by hand has at hand. */
export interface Layer<T> {
  readonly step: Step;
  readonly weights: readonly Float32Array[];
  readonly on: Arithmetic<T>;
}

export const lastOf = (shape: Shape): number => shape.at(-1) ?? 1;
export const imageOf = (shape: Shape | undefined): readonly [number, number, number] =>
  shape && isImage(shape) ? shape : [1, 1, shape?.[0] ?? 0];

export function pairIn({ values }: Step, name: string): readonly [number, number] {
  const value = values[name];
  return typeof value === "number" || Array.isArray(value) ? pairOf(value) : [1, 1];
}

/** A weight of a layer, by its place in the step's list. */
export const weightAt = <T>({ weights }: Layer<T>, array: number, at: number): number =>
  weights[array]?.[at] ?? 0;
/** The place in the step's list of a weight that a layer may lack. */
export const placeOf = <T>({ step }: Layer<T>, name: string): number =>
  step.weights.findIndex((it) => it.name === name);

/** Pairs of a row below `height` and a column below `width`, row by row. */
export function* grid([height, width]: readonly [number, number]): Generator<readonly [number, number]> {
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) yield [y, x];
}
