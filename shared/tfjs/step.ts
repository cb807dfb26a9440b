import * as tf from "@tensorflow/tfjs-core";
import type { Network } from "./build.ts";
import type { Meter } from "./loss.ts";

/** Images [n, ...shape] → logits [n, classes]. */
export const forward = (network: Network, images: tf.Tensor, training: boolean): tf.Tensor =>
  // One input and one output: a model answers a tensor with a tensor.
  network.model.apply(images, { training }) as tf.Tensor;

/** One training step on a batch, the same for a run and for measuring a backend. */
export function trainOn(
  network: Network,
  meter: Meter,
  optimizer: tf.Optimizer,
  batch: () => { readonly images: tf.Tensor; readonly labels: Uint8Array },
): void {
  network.moment.step++;
  tf.tidy(() => {
    const { images, labels } = batch();
    const loss = (): tf.Scalar => meter.loss(forward(network, images, true), labels);
    // With everything frozen only batch norm's averages move.
    if (!network.trainable.length) loss();
    else optimizer.applyGradients(tf.variableGrads(loss, [...network.trainable]).grads);
  });
}
