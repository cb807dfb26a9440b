import * as tf from "@tensorflow/tfjs-core";
import { createOptimizer as inPlace } from "../simd/optimizers.ts";
import { optimizerConstants, type Recipe } from "../train/recipe.ts";

/** The recipe's optimizer for the current backend. Constants are ours everywhere: tfjs takes epsilon from the backend. */
export function optimizerFor({ name, rate }: Recipe["optimizer"]): tf.Optimizer {
  const { momentum, rmsprop, adam } = optimizerConstants;
  switch (name) {
    case "sgd":
      return inPlace({ name, rate }) ?? tf.train.sgd(rate);
    case "momentum":
      return inPlace({ name, rate, ...momentum }) ?? tf.train.momentum(rate, momentum.momentum);
    case "rmsprop":
      return inPlace({ name, rate, ...rmsprop }) ?? tf.train.rmsprop(rate, rmsprop.decay, 0, rmsprop.epsilon);
    case "adam":
      return inPlace({ name, rate, ...adam }) ?? tf.train.adam(rate, adam.beta1, adam.beta2, adam.epsilon);
  }
}
