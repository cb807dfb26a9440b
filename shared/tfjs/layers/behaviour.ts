import * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";

/** Which training step is on: dropout and noise draw from it. The training loop counts `step` up. */
export interface Moment {
  readonly seed: number;
  step: number;
}

/** What a layer does with its input, or with its inputs, in place of what tfjs does. */
export type Behaviour = (input: tf.Tensor, training: boolean) => tf.Tensor;
export type Joining = (inputs: readonly tf.Tensor[]) => tf.Tensor;

/** The layer with another behaviour; class name, configuration and weights stay those of tfjs's. */
export function mended(layer: tfl.layers.Layer, behave: Behaviour): tfl.layers.Layer {
  layer.call = (inputs, { training }) => tf.tidy(() => behave(one(inputs), training === true));
  return layer;
}

export function joining(layer: tfl.layers.Layer, join: Joining): tfl.layers.Layer {
  layer.call = (inputs) => tf.tidy(() => join(Array.isArray(inputs) ? inputs : [inputs]));
  return layer;
}

/** tfjs's own behaviour, for the cases in which it is right. */
export function stockBehaviour(layer: tfl.layers.Layer): Behaviour {
  const stock = layer.call.bind(layer);
  return (input, training) => one(stock(input, { training }));
}

export function one(tensors: tf.Tensor | tf.Tensor[]): tf.Tensor {
  const first = Array.isArray(tensors) ? tensors[0] : tensors;
  if (!first) throw new Error("A layer got or gave no tensor.");
  return first;
}
