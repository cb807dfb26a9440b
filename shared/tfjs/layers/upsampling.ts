import * as tf from "@tensorflow/tfjs-core";
import type { Call } from "../../nodes/kind.ts";
import { type Behaviour, both } from "./behaviour.ts";

/**
 * Larger images, as in Keras. tfjs puts the pixels of its bilinear layer elsewhere, and its cpu backend gets the gradient
 * of repeated pixels wrong for more than one image.
 */
export function upsampling({ size, interpolation }: Call["args"]): Behaviour {
  const [down, right] = both(size);
  return interpolation === "bilinear"
    ? (input) => blended(input, down, right)
    : (input) => repeated(input, down, right);
}

/** Repeats by adding zeros along a new axis, whose gradient is the sum along it. */
function repeated(input: tf.Tensor, down: number, right: number): tf.Tensor {
  const [images = 1, height = 1, width = 1, channels = 1] = input.shape;
  const rows = tf.add(tf.reshape(input, [images * height, 1, width * channels]), tf.zeros([1, down, 1]));
  const pixels = tf.add(
    tf.reshape(rows, [images * height * down * width, 1, channels]),
    tf.zeros([1, right, 1]),
  );
  return tf.reshape(pixels, [images, height * down, width * right, channels]);
}

/** Blends rows, then columns, each by a matrix of shares. */
function blended(input: tf.Tensor, down: number, right: number): tf.Tensor {
  const [images = 1, height = 1, width = 1, channels = 1] = input.shape;
  const rows = tf.matMul(matrixOf(height, down), tf.reshape(input, [images, height, width * channels]));
  const columns = tf.matMul(
    matrixOf(width, right),
    tf.reshape(rows, [images * height * down, width, channels]),
  );
  return tf.reshape(columns, [images, height * down, width * right, channels]);
}

const matrixOf = (length: number, times: number): tf.Tensor3D =>
  tf.tensor3d(sharesOf(length, times), [1, length * times, length]);

/**
 * [length · times, length]: output i lies at (i + ½) / times − ½ between two inputs and takes of each the more the nearer
 * it is; outside the border the nearest one counts for both (half-pixel centres, as in Keras' UpSampling2D).
 */
export function sharesOf(length: number, times: number): Float32Array {
  const shares = new Float32Array(length * times * length);
  for (let to = 0; to < length * times; to++) {
    const at = (to + 0.5) / times - 0.5;
    const before = Math.floor(at);
    for (const [from, share] of [
      [before, before + 1 - at],
      [before + 1, at - before],
    ] as const) {
      const place = to * length + Math.min(Math.max(from, 0), length - 1);
      shares[place] = (shares[place] ?? 0) + share;
    }
  }
  return shares;
}
