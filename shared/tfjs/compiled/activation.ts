import { activations, leakySlope, type Activation as Name } from "../../nodes/activation-functions.ts";
import { Activation, ActivationFunction, Binary } from "../../simd/kernels/protocol.ts";
import { gradientTakes, runActivation, runActivationGradient } from "../../simd/run-activation.ts";
import { combineFlat } from "../../simd/run-elementwise.ts";
import { runSoftmax, runSoftmaxGradient } from "../../simd/run-softmax.ts";
import type { RecordGradients, Site } from "./site.ts";

/** The layer's activation; a softmax at the very end is left to the loss. */
function activationOf({ step: { values }, isOutput }: Site): Name {
  const name = activations.find((it) => it === (values.activation ?? values.function)) ?? "linear";
  return name === "softmax" && isOutput ? "linear" : name;
}

/** Whether the layer's activation changes nothing. */
export const isLinear = (site: Site): boolean => activationOf(site) === "linear";

/**
 * Records sums and what the layer's activation makes of them. `recordSums` applies the activation that it is given
 * itself. The answer records the gradient by the sums.
 */
export function activated(
  site: Site,
  recordSums: (activation: Activation, out: number) => void,
): RecordGradients {
  const name = activationOf(site);
  switch (name) {
    case "linear":
      recordSums(Activation.none, site.output());
      return () => {};
    case "relu":
      return rectified(site, recordSums);
    case "softmax":
      return softened(site, recordSums);
    default:
      return curved(site, curves[name], recordSums);
  }
}

const curves: Readonly<Record<Exclude<Name, "linear" | "relu" | "softmax">, ActivationFunction>> = {
  leakyRelu: ActivationFunction.leakyRelu,
  elu: ActivationFunction.elu,
  selu: ActivationFunction.selu,
  gelu: ActivationFunction.gelu,
  sigmoid: ActivationFunction.sigmoid,
  tanh: ActivationFunction.tanh,
  swish: ActivationFunction.swish,
  softplus: ActivationFunction.softplus,
};

type RecordSums = Parameters<typeof activated>[1];

function rectified({ recorder, count, ...site }: Site, recordSums: RecordSums): RecordGradients {
  const out = site.output();
  recordSums(Activation.relu, out);
  return (at) =>
    at.replaceGradient((from, to) => combineFlat(recorder, Binary.reluGradient, count, from, out, to));
}

/** Along the last axis. */
function softened({ recorder, count, step, ...site }: Site, recordSums: RecordSums): RecordGradients {
  const columns = step.output.at(-1) ?? 1;
  const out = site.output();
  recordSums(Activation.none, out);
  runSoftmax(recorder, count / columns, columns, out, out);
  return (at) =>
    at.replaceGradient((from, to) => runSoftmaxGradient(recorder, count / columns, columns, out, from, to));
}

function curved(
  { recorder, count, ...site }: Site,
  curve: ActivationFunction,
  recordSums: RecordSums,
): RecordGradients {
  const out = site.output();
  // Where the gradient needs only the output, the sums need no place of their own.
  const sums = gradientTakes(curve) === "output" ? out : site.keep(count);
  recordSums(Activation.none, sums);
  runActivation(recorder, curve, count, sums, out, leakySlope);
  return (at) =>
    at.replaceGradient((from, to) =>
      runActivationGradient(recorder, curve, count, from, sums, to, leakySlope),
    );
}
