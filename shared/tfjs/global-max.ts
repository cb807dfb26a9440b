import * as tf from "@tensorflow/tfjs-core";

/**
 * Largest value of each channel, [n, height, width, channels] → [n, channels], in one pass over the numbers. tfjs's cpu
 * kernels transpose the images first, and its gradient makes four more passes. Equal maxima share the gradient evenly.
 * For backends whose tensors are in this thread's memory.
 */
export const globalMax = tf.customGrad((input) => {
  const images = input as tf.Tensor;
  const [count = 0, height = 0, width = 0, channels = 0] = images.shape;
  const pixels = height * width;
  const values = images.dataSync<"float32">();
  const largest = new Float32Array(count * channels).fill(Number.NEGATIVE_INFINITY);
  const winners = new Float32Array(count * channels);
  for (let image = 0; image < count; image++) {
    const to = image * channels;
    for (let from = image * pixels * channels, pixel = 0; pixel < pixels; pixel++, from += channels)
      for (let channel = 0; channel < channels; channel++) {
        const value = values[from + channel] ?? 0;
        const highest = largest[to + channel] ?? 0;
        if (value === highest) winners[to + channel] = (winners[to + channel] ?? 0) + 1;
        // NaN wins and stays, or a diverged network would look healthy.
        else if (value > highest || Number.isNaN(value)) {
          largest[to + channel] = value;
          winners[to + channel] = 1;
        }
      }
  }
  const gradient = (dy: tf.Tensor): tf.Tensor => {
    const slopes = dy.dataSync<"float32">();
    const spread = new Float32Array(values.length);
    for (let at = 0; at < spread.length; at++) {
      const to = Math.floor(at / (pixels * channels)) * channels + (at % channels);
      if (values[at] === largest[to]) spread[at] = (slopes[to] ?? 0) / (winners[to] ?? 1);
    }
    return tf.tensor(spread, images.shape);
  };
  return { value: tf.tensor2d(largest, [count, channels]), gradFunc: gradient };
});
