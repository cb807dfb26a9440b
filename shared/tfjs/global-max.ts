import * as tf from "@tensorflow/tfjs-core";

/**
 * Largest value of each channel, [n, height, width, channels] → [n, channels], in one pass over the numbers. tfjs's cpu
 * kernels transpose the images first, and its gradient makes four more passes. Equal maxima share the gradient evenly,
 * all pixels where the maximum is NaN. For backends whose tensors are in this thread's memory.
 */
export const globalMax = tf.customGrad((input) => {
  const images = input as tf.Tensor;
  const [count = 0, height = 0, width = 0, channels = 0] = images.shape;
  const pixels = height * width;
  const values = images.dataSync<"float32">();
  const size = pixels * channels;
  const largest = new Float32Array(count * channels).fill(Number.NEGATIVE_INFINITY);
  const winners = new Float32Array(count * channels);
  for (let image = 0; image < count; image++)
    for (let channel = 0; channel < channels; channel++) {
      let highest = Number.NEGATIVE_INFINITY;
      let alike = 0;
      for (let at = image * size + channel, end = (image + 1) * size; at < end; at += channels) {
        const value = values[at] ?? 0;
        // NaN wins and stays, or a diverged network would look healthy.
        if (value > highest || Number.isNaN(value)) {
          highest = value;
          alike = 1;
        } else if (value === highest) alike++;
      }
      largest[image * channels + channel] = highest;
      winners[image * channels + channel] = Number.isNaN(highest) ? pixels : alike;
    }
  const gradient = (dy: tf.Tensor): tf.Tensor => {
    const slopes = dy.dataSync<"float32">();
    const spread = new Float32Array(values.length);
    for (let to = 0; to < largest.length; to++) {
      const share = (slopes[to] ?? 0) / (winners[to] ?? 1);
      const image = Math.floor(to / channels);
      for (let at = image * size + (to % channels), end = (image + 1) * size; at < end; at += channels)
        // Nothing is less than NaN, nor equal to it.
        if (!((values[at] ?? 0) < (largest[to] ?? 0))) spread[at] = share;
    }
    return tf.tensor(spread, images.shape);
  };
  return { value: tf.tensor2d(largest, [count, channels]), gradFunc: gradient };
});
