import * as tf from "@tensorflow/tfjs-core";
import { runBatchNorm, runBatchNormGradient, runBatchNormTraining } from "../../run-batch-norm.ts";
import { runLayerNorm, runLayerNormGradient } from "../../run-layer-norm.ts";
import { type Check, channel, draw, item, kernel, onCpu, positive, trial, within } from "./trial.ts";

/** A float in the kernels. */
const epsilon = Math.fround(1e-3);
/** So many rows that their sums are taken in parts. */
const [rows, channels] = [600, 5];
const size = { rows, channels, epsilon };
/** Moments are put together from parts, and where one is infinite ∞ − ∞ turns up on the way. */
const inChannel = within(channel(channels));

const deviation = (variance: tf.Tensor): tf.Tensor => tf.sqrt(tf.add(variance, epsilon));
const normal = (x: tf.Tensor, mean: tf.Tensor, variance: tf.Tensor): tf.Tensor =>
  tf.div(tf.sub(x, mean), deviation(variance));
/** The gradient by the input, of mean and variance along the axis too. */
function gradient(normed: tf.Tensor, slopes: tf.Tensor, variance: tf.Tensor, axis: number): tf.Tensor {
  const product = tf.mean(tf.mul(slopes, normed), axis, true);
  const along = tf.add(tf.mean(slopes, axis, true), tf.mul(normed, product));
  return tf.div(tf.sub(slopes, along), deviation(variance));
}

const training = trial({
  what: "by its own moments",
  inputs: {
    ...{ x: draw(rows, channels), gamma: draw(channels), beta: draw(channels) },
    ...{ movingMean: draw(channels), movingVariance: positive(channels) },
  },
  results: [rows * channels, channels, channels],
  changes: ["movingMean", "movingVariance"],
  run(backend, { x, gamma, beta, movingMean, movingVariance }, [out = 0, mean = 0, variance = 0]) {
    const moving = { mean: movingMean, variance: movingVariance, momentum: 0.9 };
    runBatchNormTraining(backend, size, { x, gamma, beta, out }, { mean, variance }, moving);
  },
  expected: onCpu(({ x, gamma, beta, movingMean, movingVariance }) => {
    const { mean, variance } = tf.moments(x, 0);
    const moved = (average: tf.Tensor, now: tf.Tensor): tf.Tensor =>
      tf.add(tf.mul(average, 0.9), tf.mul(now, 0.1));
    return [
      ...[tf.add(tf.mul(normal(x, mean, variance), gamma), beta), mean, variance],
      ...[moved(movingMean, mean), moved(movingVariance, variance)],
    ];
  }),
  spreads: { x: inChannel },
});

const batchNormGradient = (frozen: boolean): Check =>
  trial({
    what: frozen ? "by given moments" : "by its own moments",
    inputs: {
      ...{ x: draw(rows, channels), dy: draw(rows, channels), gamma: draw(channels) },
      ...{ mean: draw(channels), variance: positive(channels) },
    },
    results: [rows * channels, channels, channels],
    run: (backend, { x, dy, gamma, mean, variance }, [dx = 0, dgamma = 0, dbeta = 0]) =>
      runBatchNormGradient(backend, size, { x, dy, gamma, dx, dgamma, dbeta }, { mean, variance }, frozen),
    expected: onCpu(({ x, dy, gamma, mean, variance }) => {
      const normed = normal(x, mean, variance);
      const slopes = tf.mul(dy, gamma);
      const dx = frozen ? tf.div(slopes, deviation(variance)) : gradient(normed, slopes, variance, 0);
      return [dx, tf.sum(tf.mul(dy, normed), 0), tf.sum(dy, 0)];
    }),
    spreads: { x: inChannel, dy: inChannel, gamma: inChannel, mean: inChannel, variance: inChannel },
  });

const columns = 7;
/** Of the gradient by the input; those of gamma and beta are sums over all rows. */
const inRow = (place: number, at: number, result: number): boolean =>
  result === 0 && within(item(columns))(place, at);

const layerNormGradient = trial({
  what: "gradients",
  inputs: { x: draw(40, columns), dy: draw(40, columns), gamma: draw(columns) },
  results: [40 * columns, columns, columns],
  run(backend, { x, dy, gamma }, [dx = 0, dgamma = 0, dbeta = 0], arrays) {
    const [moments, out] = [arrays.empty(2 * 40), arrays.empty(40 * columns)];
    runLayerNorm(backend, { rows: 40, columns }, epsilon, { x, gamma, beta: 0, moments, out });
    runLayerNormGradient(backend, { rows: 40, columns }, { x, dy, gamma, moments, dx, dgamma, dbeta });
  },
  expected: onCpu(({ x, dy, gamma }) => {
    const { mean, variance } = tf.moments(x, 1, true);
    const normed = normal(x, mean, variance);
    const dx = gradient(normed, tf.mul(dy, gamma), variance, 1);
    return [dx, tf.sum(tf.mul(dy, normed), 0), tf.sum(dy, 0)];
  }),
  spreads: { x: inRow, dy: inRow },
});

export const normalizations = {
  batchNorm: [
    trial({
      what: "by given moments",
      inputs: {
        ...{ x: draw(7, channels), mean: draw(channels), variance: positive(channels) },
        ...{ gamma: draw(channels), beta: draw(channels) },
      },
      results: [7 * channels],
      run: (backend, { x, mean, variance, gamma, beta }, [out = 0]) =>
        runBatchNorm(backend, { ...size, rows: 7 }, { x, gamma, beta, out }, { mean, variance }),
      expected: onCpu(({ gamma: scale, beta: offset, ...others }) =>
        kernel("FusedBatchNorm", { ...others, scale, offset }, { varianceEpsilon: epsilon }),
      ),
    }),
  ],
  batchNormMoments: [training],
  batchNormTraining: [training],
  batchNormSums: [batchNormGradient(true)],
  batchNormGradient: [batchNormGradient(false), batchNormGradient(true)],
  layerNorm: [
    trial({
      what: "forward",
      inputs: { x: draw(5, columns), gamma: draw(columns), beta: draw(columns) },
      results: [5 * columns],
      run: (backend, operands, [out = 0]) =>
        runLayerNorm(backend, { rows: 5, columns }, epsilon, { ...operands, moments: 0, out }),
      expected: onCpu(({ x, gamma, beta }) => {
        const { mean, variance } = tf.moments(x, 1, true);
        return tf.add(tf.mul(normal(x, mean, variance), gamma), beta);
      }),
    }),
  ],
  layerNormGradient: [layerNormGradient],
  layerNormParts: [layerNormGradient],
};
