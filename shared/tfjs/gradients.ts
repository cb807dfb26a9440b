import * as tf from "@tensorflow/tfjs-core";
// tfjs-layers registers tfjs's own gradients when it loads; ours must come after them.
import "@tensorflow/tfjs-layers";

/** Replaces the gradients that tfjs 4.22 gets wrong on every backend. Call it before training; calling again does nothing. */
export function mendGradients(): void {
  for (const mended of [averagePoolGradient, maximumGradient]) {
    if (tf.getGradient(mended.kernelName) === mended) continue;
    tf.unregisterGradient(mended.kernelName);
    tf.registerGradient(mended);
  }
}

/**
 * With `same` padding the forward pass divides a border window by the pixels inside the image, tfjs's gradient by the
 * whole window. Each output's gradient is therefore scaled by whole ÷ inside before tfjs's own kernel takes it.
 */
const averagePoolGradient: tf.GradConfig = {
  kernelName: tf.AvgPool,
  inputsToSave: ["x"],
  gradFunc(dy, saved, attributes) {
    const [x] = saved;
    // The engine hands gradients over untyped; these are what the AvgPool kernel was called with.
    const { filterSize, strides, pad } = attributes as unknown as tf.AvgPoolAttrs;
    if (!x || Array.isArray(dy)) throw new Error("The average pool's gradient got no input.");
    const shape = x.shape as [number, number, number, number];
    const window = tf.backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad);
    const share = (): tf.Tensor => {
      const { top, left, bottom, right } = window.padInfo;
      if (top + left + bottom + right === 0) return dy;
      return tf.mul(dy, tf.tensor4d(wholeOverInside(window), [1, window.outHeight, window.outWidth, 1]));
    };
    return {
      x: () =>
        tf
          .engine()
          .runKernel<tf.Tensor>(tf.AvgPoolGrad, { dy: share(), input: x }, { filterSize, strides, pad }),
    };
  },
};

/** Window size ÷ pixels inside the image, for every output position, row by row. */
function wholeOverInside(window: tf.backend_util.Conv2DInfo): Float32Array {
  const rows = insideCounts(
    window.outHeight,
    window.strideHeight,
    window.filterHeight,
    window.padInfo.top,
    window.inHeight,
  );
  const columns = insideCounts(
    window.outWidth,
    window.strideWidth,
    window.filterWidth,
    window.padInfo.left,
    window.inWidth,
  );
  const whole = window.filterHeight * window.filterWidth;
  return Float32Array.from(rows.flatMap((row) => columns.map((column) => whole / (row * column))));
}

const insideCounts = (
  places: number,
  stride: number,
  size: number,
  before: number,
  length: number,
): number[] =>
  Array.from({ length: places }, (_, place) => {
    const start = place * stride - before;
    return Math.min(start + size, length) - Math.max(start, 0);
  });

/**
 * tfjs hands the whole gradient to every one of several equal maxima, so a maximum over an image with n equal windows
 * learns n times too fast. Here they share it evenly, as in TensorFlow.
 */
const maximumGradient: tf.GradConfig = {
  kernelName: tf.Max,
  inputsToSave: ["x"],
  outputsToSave: [true],
  gradFunc(dy, saved, attributes) {
    const [x, y] = saved;
    const { reductionIndices } = attributes as unknown as tf.MaxAttrs;
    if (!x || !y || Array.isArray(dy)) throw new Error("The maximum's gradient got no input.");
    const axes = tf.util.parseAxisParam(reductionIndices, x.shape);
    const kept = x.shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
    return {
      x: () => {
        // 1 where nothing is missing to the maximum. Not `equal`: tfjs 4.22 cannot sum truth values on webgpu.
        const largest = tf.sub(1, tf.step(tf.sub(tf.reshape(y, kept), x)));
        return tf.mul(largest, tf.div(tf.reshape(dy, kept), tf.sum(largest, axes, true)));
      },
    };
  },
};
