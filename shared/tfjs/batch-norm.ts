import * as tf from "@tensorflow/tfjs-core";

/** What a batch looks like, channel by channel. */
export interface Moments {
  readonly mean: tf.Tensor;
  readonly variance: tf.Tensor;
}

/**
 * Normalises by the batch's own moments along all axes but the last, scales by gamma and shifts by beta [channels].
 * The gradient is that of the whole layer in closed form (Ioffe & Szegedy 2015, section 3); tfjs goes back through
 * moments and normalisation one by one, in three times as many passes over the feature maps.
 */
export function normalizeBatch(
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
      value: tf.batchNorm(
        images as tf.Tensor4D,
        asVector(mean),
        asVector(variance),
        asVector(betas),
        asVector(gammas),
        epsilon,
      ),
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
