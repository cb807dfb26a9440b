import * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";
import type { Call } from "../../nodes/kind.ts";
import { currentSimd } from "../../simd/backend.ts";
import { layerNormByRows } from "../../simd/fused-normalization.ts";
import type { Behaviour } from "./behaviour.ts";

/**
 * Layer norm over the last axis. tfjs tiles moments, scale and shift to the size of the images and goes back through
 * every step of it, which takes a hundred times as long.
 */
export function layerNorm(layer: tfl.layers.Layer, args: Call["args"]): Behaviour {
  const small = Number(args.epsilon);
  return (input) => {
    const stored = layer.weights.map((it) => it.read());
    const gamma = args.scale === false ? undefined : stored.shift();
    const beta = args.center === false ? undefined : stored.shift();
    const simd = currentSimd();
    if (simd) {
      const columns = [input.shape.at(-1) ?? 1];
      return layerNormByRows(simd, input, gamma ?? tf.ones(columns), beta ?? tf.zeros(columns), small);
    }
    const normal = normalize(input, small);
    const scaled = gamma ? tf.mul(normal, gamma) : normal;
    return beta ? tf.add(scaled, beta) : scaled;
  };
}

/** Mean 0 and variance 1 along the last axis, with the gradient in closed form (Ba, Kiros & Hinton 2016). */
function normalize(input: tf.Tensor, epsilon: number): tf.Tensor {
  const normalizing = tf.customGrad((x, save) => {
    // tfjs types the arguments of all custom gradients alike.
    const values = x as tf.Tensor;
    const middle = tf.sub(values, tf.mean(values, -1, true));
    const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(middle), -1, true), epsilon));
    const normal = tf.mul(middle, inverse);
    (save as tf.GradSaveFunc)([normal, inverse]);
    return {
      value: normal,
      gradFunc(dy: tf.Tensor, saved: tf.Tensor[]) {
        const [was, by] = saved as [tf.Tensor, tf.Tensor];
        const along = tf.add(tf.mean(dy, -1, true), tf.mul(was, tf.mean(tf.mul(dy, was), -1, true)));
        return tf.mul(tf.sub(dy, along), by);
      },
    };
  });
  return normalizing(input);
}
