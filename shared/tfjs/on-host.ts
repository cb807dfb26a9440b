import * as tf from "@tensorflow/tfjs-core";

/** Whether the current backend keeps its tensors in this thread's memory, so that reading one waits for nobody. */
export const isOnHost = (): boolean => tf.getBackend() === "simd" || tf.getBackend() === "cpu";
