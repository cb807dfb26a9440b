import { activations, type Activation as Name } from "../../nodes/activation-functions.ts";
import { Activation, Binary, type Unary } from "../../simd/kernels/protocol.ts";
import { combineFlat, transform } from "../../simd/run-elementwise.ts";
import type { BackwardSite, RecordGradients, Site } from "./site.ts";

/** How an activation is computed from sums, and its gradient from what it gave. */
interface Curve {
  readonly forward: Unary;
  /** gradient = gradient ∘ output */
  readonly backward: Binary;
}

const curves: Readonly<Partial<Record<Name, Curve>>> = {};

/** Whether a step can be compiled that has this activation. */
export const canActivate = (name: Name): boolean =>
  name === "linear" || name === "relu" || curves[name] !== undefined;

/** A layer's activation; a softmax at the very end is left to the loss. */
export function activationOf({ step: { values }, isOutput }: Site): Name {
  const name = activations.find((it) => it === (values.activation ?? values.function)) ?? "linear";
  return name === "softmax" && isOutput ? "linear" : name;
}

/**
 * Records sums and what the layer's activation makes of them. `recordSums` applies the activation that it is given
 * itself. The answer records the gradient by the sums.
 */
export function activated(
  site: Site,
  recordSums: (activation: Activation, out: number) => void,
): RecordGradients {
  const name = activationOf(site);
  const out = site.output();
  recordSums(name === "relu" ? Activation.relu : Activation.none, out);
  if (name === "linear") return () => {};
  const { recorder, count } = site;
  if (name === "relu") return masked(site, Binary.reluGradient, out);
  const curve = curves[name];
  if (!curve) throw new Error(`No compiled step has the activation ${name}.`);
  transform(recorder, curve.forward, count, out, out);
  return masked(site, curve.backward, out);
}

const masked =
  ({ recorder, count }: Site, operation: Binary, out: number) =>
  (back: BackwardSite): void =>
    back.replaceGradient((from, to) => combineFlat(recorder, operation, count, from, out, to));
