import * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";
import type { Call } from "../../nodes/kind.ts";
import { currentSimd } from "../../simd/backend.ts";
import { batchNormByBatch, batchNormByMoments } from "../../simd/fused-normalization.ts";
import type { Behaviour } from "./behaviour.ts";

/**
 * tfjs's batch norm refuses to train without scale or centre, and where it is frozen it normalises by the batch and
 * moves its averages all the same. Keras uses a frozen layer's averages as they are.
 */
export function batchNorm(layer: tfl.layers.Layer, args: Call["args"]): Behaviour {
  const [slow, small] = [Number(args.momentum), Number(args.epsilon)];
  return (input, training) => {
    const stored = [...layer.weights];
    const gamma = args.scale === false ? undefined : stored.shift();
    const beta = args.center === false ? undefined : stored.shift();
    const [mean, variance] = stored;
    if (!mean || !variance) throw new Error(`Layer ${layer.name} has no averages.`);
    const scale = gamma?.read() ?? tf.onesLike(mean.read());
    const shift = beta?.read() ?? tf.zerosLike(mean.read());
    const simd = currentSimd();
    if (!training || args.trainable === false) {
      const moments = { mean: mean.read(), variance: variance.read() };
      return simd
        ? batchNormByMoments(simd, input, scale, shift, moments, small)
        : normalized(input, moments, scale, shift, small);
    }
    const fused = simd && batchNormByBatch(simd, input, scale, shift, small);
    const moments = fused ?? momentsOf(input);
    for (const [average, now] of [
      [mean, moments.mean],
      [variance, moments.variance],
    ] as const)
      average.write(tf.add(tf.mul(average.read(), slow), tf.mul(now, 1 - slow)));
    return fused?.out ?? normalizeBatch(input, moments, scale, shift, small);
  };
}

const momentsOf = (input: tf.Tensor): Moments =>
  tf.moments(
    input,
    input.shape.slice(0, -1).map((_, axis) => axis),
  );

/** By moments that are given; tfjs forgets that a layer may lack scale and shift. */
const normalized = (
  input: tf.Tensor,
  { mean, variance }: Moments,
  gamma: tf.Tensor,
  beta: tf.Tensor,
  epsilon: number,
): tf.Tensor =>
  tf.batchNorm(
    input as tf.Tensor4D,
    asVector(mean),
    asVector(variance),
    asVector(beta),
    asVector(gamma),
    epsilon,
  );

/** What a batch looks like, channel by channel. */
interface Moments {
  readonly mean: tf.Tensor;
  readonly variance: tf.Tensor;
}

/**
 * Normalises by the batch's own moments along all axes but the last, scales by gamma and shifts by beta [channels].
 * The gradient is that of the whole layer in closed form (Ioffe & Szegedy 2015, section 3); tfjs goes back through
 * moments and normalisation one by one, in three times as many passes over the feature maps.
 */
function normalizeBatch(
  input: tf.Tensor,
  { mean, variance }: Moments,
  gamma: tf.Tensor,
  beta: tf.Tensor,
  epsilon: number,
): tf.Tensor {
  const axes = input.shape.slice(0, -1).map((_, axis) => axis);
  const count = input.size / (input.shape.at(-1) ?? 1);
  const normalize = tf.customGrad((x, scale, shift, save) => {
    // tfjs types the arguments of all custom gradients alike.
    const [images, gammas, betas] = [x, scale, shift] as [tf.Tensor, tf.Tensor, tf.Tensor];
    (save as tf.GradSaveFunc)([images, gammas, mean, variance]);
    return {
      value: normalized(images, { mean, variance }, gammas, betas, epsilon),
      gradFunc(dy: tf.Tensor, saved: tf.Tensor[]) {
        const [was, by, middle, spread] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
        const inverse = tf.rsqrt(tf.add(spread, epsilon));
        const normal = tf.mul(tf.sub(was, middle), inverse);
        const slopeOfBeta = tf.sum(dy, axes);
        const slopeOfGamma = tf.sum(tf.mul(dy, normal), axes);
        const along = tf.add(tf.mul(normal, tf.div(slopeOfGamma, count)), tf.div(slopeOfBeta, count));
        return [tf.mul(tf.sub(dy, along), tf.mul(by, inverse)), slopeOfGamma, slopeOfBeta];
      },
    };
  });
  return normalize(input, gamma, beta);
}

const asVector = (it: tf.Tensor): tf.Tensor1D => it as tf.Tensor1D;
