import { kept, storedOf } from "./arrays.ts";
import type { Site } from "./site.ts";

export function batchNorm(site: Site): void {
  const { shape } = storedOf(site, "moving_mean");
  const inputs = [
    site.source("first"),
    ...orFilled(site, "gamma", 1, shape),
    ...orFilled(site, "beta", 0, shape),
    ...kept(site, "moving_mean"),
    ...kept(site, "moving_variance"),
  ];
  const { epsilon, momentum } = site.step.values;
  site.add("BatchNormalization", inputs, site.result("first"), {
    epsilon: { float: Number(epsilon) },
    momentum: { float: Number(momentum) },
  });
}

/** Over the last axis: each pixel's channels, or all values of a vector. */
export function layerNorm(site: Site): void {
  const { output, values } = site.step;
  const shape = output.slice(-1);
  const inputs = [site.source("last"), ...orFilled(site, "gamma", 1, shape), ...kept(site, "beta")];
  const epsilon = { float: Number(values.epsilon) };
  site.add("LayerNormalization", inputs, site.result("last"), { axis: output.length, epsilon });
}

/** A stored array, or one of the same value throughout where the layer lacks it and the operator does not. */
const orFilled = (
  site: Site,
  name: "gamma" | "beta",
  value: number,
  shape: readonly number[],
): readonly string[] =>
  site.stored(name)
    ? kept(site, name)
    : [site.array(name, shape, new Float32Array(shape[0] ?? 1).fill(value))];
