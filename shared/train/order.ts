import { permutation, seedOf } from "../nodes/random.ts";

/** The order in which an epoch (from 1) shows `count` examples. Same seed and epoch, same order, on every backend. */
export const epochOrder = (count: number, seed: number, epoch: number): Uint32Array =>
  permutation(count, seedOf("order", seed, epoch));

/** The steps of an epoch: views of `size` examples; the last one holds what is left, as in Keras. */
export function batches(order: Uint32Array, size: number): readonly Uint32Array[] {
  return Array.from({ length: Math.ceil(order.length / size) }, (_, step) =>
    order.subarray(step * size, (step + 1) * size),
  );
}
