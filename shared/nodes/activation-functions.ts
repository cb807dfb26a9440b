import type { Expression } from "./expression.ts";
import type { Work } from "./kind.ts";
import { choice } from "./settings.ts";

/** Slope of leaky ReLU below zero: Keras 3's `leaky_relu`. tfjs-layers' own default is 0.3, so it is always passed. */
export const leakySlope = 0.2;

/** Every activation that a layer can carry. */
export const activations = [
  "relu",
  "leakyRelu",
  "elu",
  "selu",
  "gelu",
  "sigmoid",
  "tanh",
  "swish",
  "softplus",
  "softmax",
  "linear",
] as const;
export type Activation = (typeof activations)[number];

export const activationSetting = (initial: Activation) =>
  choice(activations, initial, "Activation", "Function applied to every value of the result.");

/** Keras 3 spells two of them with an underscore or another name. */
export const kerasActivation = (name: Activation): string =>
  name === "leakyRelu" ? "leaky_relu" : name === "swish" ? "silu" : name;

const comparing: ReadonlySet<Activation> = new Set(["relu", "leakyRelu", "elu", "selu"]);

/** The functions with a kink compare every value with zero. */
export const activationWork = (name: Activation, values: Expression): Work =>
  comparing.has(name) ? { comparisons: values } : {};

/** The work of a layer that sums, adds a bias and applies an activation. */
export const summingWork = (
  macs: Expression,
  { bias, activation }: { readonly bias: boolean; readonly activation: Activation },
  values: Expression,
): Work => ({
  macs,
  ...(bias ? { additions: values } : {}),
  ...activationWork(activation, values),
});
