import type * as tf from "@tensorflow/tfjs-core";
import type { Network } from "./build.ts";

/** Images [n, ...shape] → logits [n, classes]. */
export const forward = (network: Network, images: tf.Tensor, training: boolean): tf.Tensor =>
  // One input and one output: a model answers a tensor with a tensor.
  network.model.apply(images, { training }) as tf.Tensor;
