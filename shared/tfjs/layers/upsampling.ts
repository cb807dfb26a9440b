import * as tf from "@tensorflow/tfjs-core";
import { sharesOf } from "../../lowering/upsampling.ts";
import { both, type Call } from "../../nodes/kind.ts";
import type { Behaviour } from "./behaviour.ts";

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
