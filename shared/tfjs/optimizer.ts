import * as tf from "@tensorflow/tfjs-core";
import { createOptimizer as inPlace, type OptimizerSettings } from "../simd/optimizers.ts";
import { optimizerConstants, type Recipe } from "../train/recipe.ts";

/** The recipe's optimizer with its constants. They are ours everywhere: tfjs takes epsilon from the backend. */
export const settingsOf = ({ name, rate }: Recipe["optimizer"]): OptimizerSettings =>
  name === "sgd" ? { name, rate } : { name, rate, ...optimizerConstants[name] };

/** The recipe's optimizer for the current backend. */
export function optimizerFor(recipe: Recipe["optimizer"]): tf.Optimizer {
  const { name, rate } = recipe;
  const { momentum, rmsprop, adam } = optimizerConstants;
  const ours = inPlace(settingsOf(recipe));
  if (ours) return ours;
  switch (name) {
    case "sgd":
      return tf.train.sgd(rate);
    case "momentum":
      return tf.train.momentum(rate, momentum.momentum);
    case "rmsprop":
      return tf.train.rmsprop(rate, rmsprop.decay, 0, rmsprop.epsilon);
    case "adam":
      return tf.train.adam(rate, adam.beta1, adam.beta2, adam.epsilon);
  }
}
