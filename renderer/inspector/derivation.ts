import { grouped } from "../../shared/emit/figures.ts";
import type { Weight } from "../../shared/nodes/kind.ts";
import { volume } from "../../shared/nodes/shape.ts";

/** Where a layer's parameters come from: `5·5·1·8 + 8 = 208`. Arrays of one shape are counted together: `4·8 = 32`. */
export function derivation(weights: readonly Weight[]): string {
  const counts = new Map<string, number>();
  for (const { shape } of weights) {
    const product = shape.join("·");
    counts.set(product, (counts.get(product) ?? 0) + 1);
  }
  const terms = [...counts].map(([product, count]) => (count === 1 ? product : `${count}·${product}`));
  const total = weights.reduce((sum, it) => sum + volume(it.shape), 0);
  return `${terms.join(" + ")} = ${grouped(total)}`;
}

const words: Readonly<Record<Weight["name"], string>> = {
  kernel: "kernel",
  bias: "bias",
  gamma: "scale",
  beta: "shift",
  moving_mean: "moving mean",
  moving_variance: "moving variance",
};

/** The same in words, for people who meet the terms for the first time. */
export function derivationInWords(weights: readonly Weight[]): string {
  return weights.map(({ name, shape }) => `${words[name]}: ${axes(shape)}`).join("; ");
}

function axes(shape: readonly number[]): string {
  const [first, second, third, fourth] = shape;
  if (fourth !== undefined) return `${first}×${second} pixels × ${third} channels in × ${fourth} maps out`;
  if (second !== undefined) return `${first} inputs × ${second} units`;
  return `${first}, one per output channel`;
}
