import * as tf from "@tensorflow/tfjs-core";
import type { Joining } from "./behaviour.ts";

/**
 * The largest of several inputs, value by value, repeated along axes of size 1. tfjs's gradient gives all to the first of
 * equal maxima and forgets to add up along repeated axes; here equal maxima share evenly.
 */
export const largestOf: Joining = (inputs) => {
  const choosing = tf.customGrad((...given) => {
    // tfjs types the arguments of all custom gradients alike; the last one saves.
    const save = given.pop() as unknown as tf.GradSaveFunc;
    const values = given as tf.Tensor[];
    const largest = values.reduce((most, it) => tf.maximum(most, it));
    save([...values, largest]);
    return {
      value: largest,
      gradFunc(dy: tf.Tensor, saved: tf.Tensor[]) {
        const was = saved.slice(0, -1);
        const most = saved.at(-1) ?? dy;
        // 1 where nothing is missing to the maximum.
        const winners = was.map((it) => tf.sub(1, tf.step(tf.sub(most, it))));
        const share = tf.div(
          dy,
          winners.reduce((sum, it) => tf.add(sum, it)),
        );
        return was.map((it, index) => summedTo(it.shape, tf.mul(share, winners[index] ?? share)));
      },
    };
  });
  return choosing(...inputs);
};

/** Adds up along the axes along which a tensor of this shape was repeated. */
function summedTo(shape: number[], whole: tf.Tensor): tf.Tensor {
  const repeated = whole.shape.flatMap((size, axis) => (size !== shape[axis] ? [axis] : []));
  return repeated.length ? tf.sum(whole, repeated, true) : whole;
}
