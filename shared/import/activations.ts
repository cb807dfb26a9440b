import { type Activation, activations, leakySlope } from "../nodes/activation-functions.ts";

/** An activation of a file as ours, and what it does differently; or, in words, why there is none. */
export type FoundActivation =
  | { readonly activation: Activation; readonly differs?: string }
  | { readonly refused: string };

/** Names of other programs for ours. */
const synonyms: Readonly<Record<string, Activation>> = {
  silu: "swish",
  leaky_relu: "leakyRelu",
  leakyrelu: "leakyRelu",
  gelu_exact: "gelu",
};

/** Functions that come close to one of ours. */
const neighbours: Readonly<Record<string, readonly [ours: Activation, differs: string]>> = {
  relu6: ["relu", "It caps values at 6, which relu here does not."],
  hard_sigmoid: ["sigmoid", "It is made of straight lines, the sigmoid here is curved."],
  hardsigmoid: ["sigmoid", "It is made of straight lines, the sigmoid here is curved."],
  hard_swish: ["swish", "It is made of straight lines and a parabola, the swish here is smooth."],
  hard_silu: ["swish", "It is made of straight lines and a parabola, the swish here is smooth."],
  hardswish: ["swish", "It is made of straight lines and a parabola, the swish here is smooth."],
  gelu_new: ["gelu", "It computes gelu by tanh, gelu here is exact: they differ by 0.0005 at most."],
  mish: ["swish", "Its curve is close to that of swish, which stands here."],
};

/** By its name in Keras, tfjs or ONNX (in lower case). */
export function activationNamed(name: string): FoundActivation {
  const own = activations.find((it) => it === name);
  if (own) return { activation: own };
  const known = Object.hasOwn(synonyms, name) ? synonyms[name] : undefined;
  if (known) return { activation: known };
  const near = Object.hasOwn(neighbours, name) ? neighbours[name] : undefined;
  if (near) return { activation: near[0], differs: near[1] };
  return { refused: `There is no activation ${name.slice(0, 40)} here, only ${activations.join(", ")}.` };
}

/** A leaky ReLU of this slope below zero. A slope of 0 is a ReLU. */
export function leakyRelu(slope: number): FoundActivation {
  if (slope === 0) return { activation: "relu" };
  if (Math.abs(slope - leakySlope) < 1e-6) return { activation: "leakyRelu" };
  return {
    activation: "leakyRelu",
    differs: `Its slope below zero is ${slope}, the one here is ${leakySlope}.`,
  };
}

/** An ELU with this factor below zero. */
export const elu = (alpha: number): FoundActivation =>
  alpha === 1
    ? { activation: "elu" }
    : { activation: "elu", differs: `Its alpha is ${alpha}, the one here is 1.` };
