import type { Activation } from "../../nodes/activation-functions.ts";
import type { Arithmetic } from "./arithmetic.ts";

/** An activation on every value; softmax over each group of `channels` values. */
export function activated<T>(
  on: Arithmetic<T>,
  values: readonly T[],
  name: string,
  channels: number,
): readonly T[] {
  if (name === "softmax")
    return values.map((_, at) => {
      const start = at - (at % channels);
      const group = values.slice(start, start + channels);
      return on.apply((...all) => softmaxOf(all, at - start), ...group);
    });
  const kinked = kinkedFunctions[name];
  if (kinked) return values.map((it) => on.kinked(kinked, it));
  const smooth = smoothFunctions[name];
  return smooth ? values.map((it) => on.apply((value = 0) => smooth(value), it)) : values;
}

function softmaxOf(all: readonly number[], at: number): number {
  const most = all.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const exponentials = all.map((it) => Math.exp(it - most));
  return (exponentials[at] ?? 0) / exponentials.reduce((a, b) => a + b, 0);
}

type OfOne = (value: number) => number;
const selu = { scale: 1.0507009873554805, alpha: 1.6732632423543772 };

const kinkedFunctions: Readonly<Record<string, OfOne>> = {
  relu: (it) => Math.max(it, 0),
  leakyRelu: (it) => (it > 0 ? it : 0.2 * it),
  elu: (it) => (it > 0 ? it : Math.expm1(it)),
  selu: (it) => selu.scale * (it > 0 ? it : selu.alpha * Math.expm1(it)),
} satisfies Partial<Record<Activation, OfOne>>;

const smoothFunctions: Readonly<Record<string, OfOne>> = {
  gelu: (it) => (it / 2) * (1 + erf(it / Math.SQRT2)),
  sigmoid: (it) => 1 / (1 + Math.exp(-it)),
  tanh: Math.tanh,
  swish: (it) => it / (1 + Math.exp(-it)),
  softplus: (it) => Math.log1p(Math.exp(-Math.abs(it))) + Math.max(it, 0),
} satisfies Partial<Record<Activation, OfOne>>;

/** Abramowitz & Stegun 1964, 7.1.26: within 1.5 · 10⁻⁷. */
function erf(value: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(value));
  const factors = [1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592];
  const sum = factors.reduce((total, it) => total * t + it, 0) * t;
  return Math.sign(value) * (1 - sum * Math.exp(-value * value));
}
