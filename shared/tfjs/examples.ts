import * as tf from "@tensorflow/tfjs-core";
import { type Shape, volume } from "../nodes/shape.ts";
import type { Examples } from "../train/dataset.ts";

/** The chosen examples as one tensor [n, ...shape], and their class numbers. */
export function pick(
  examples: Examples,
  shape: Shape,
  chosen: Uint32Array,
): { readonly images: tf.Tensor; readonly labels: Uint8Array } {
  const size = volume(shape);
  const values = new Float32Array(chosen.length * size);
  const labels = new Uint8Array(chosen.length);
  for (const [place, example] of chosen.entries()) {
    values.set(examples.values.subarray(example * size, (example + 1) * size), place * size);
    labels[place] = examples.labels[example] ?? 0;
  }
  return { images: tf.tensor(values, [chosen.length, ...shape]), labels };
}

/** The examples `from` to `to` − 1 likewise, without copying them. */
export function range(
  examples: Examples,
  shape: Shape,
  from: number,
  to: number,
): { readonly images: tf.Tensor; readonly labels: Uint8Array } {
  const size = volume(shape);
  return {
    images: tf.tensor(examples.values.subarray(from * size, to * size), [to - from, ...shape]),
    labels: examples.labels.subarray(from, to),
  };
}
