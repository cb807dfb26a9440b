import { flag, fused } from "./schema.ts";
import { type Site, scalar, storedOf, type TensorIndex } from "./site.ts";

/** One factor and one shift for each channel, worked out from the averages. */
export function batchNorm(site: Site): TensorIndex {
  const epsilon = Number(site.step.values.epsilon);
  const mean = storedOf(site, "moving_mean").values;
  const variance = storedOf(site, "moving_variance").values;
  const [gamma, beta] = [site.stored("gamma")?.values, site.stored("beta")?.values];
  const factors = Array.from(variance, (it, at) => (gamma?.[at] ?? 1) / Math.sqrt(it + epsilon));
  const shifts = Float32Array.from(factors, (it, at) => (beta?.[at] ?? 0) - it * (mean[at] ?? 0));
  const channels = [factors.length];
  const scaled = site.add(
    "MUL",
    [site.source(), site.floats("factor", channels, Float32Array.from(factors))],
    site.part("scaled"),
    [fused.none],
  );
  return site.add("ADD", [scaled, site.floats("shift", channels, shifts)], site.result, [fused.none]);
}

/** Over the last axis: each pixel's channels, or all values of a vector. */
export function layerNorm(site: Site): TensorIndex {
  const { output, values } = site.step;
  const one = [-1, ...output.slice(0, -1), 1];
  const last = site.ints("last_axis", [1], [output.length]);
  const mean = site.add("MEAN", [site.source(), last], site.part("mean", one), [flag(true)]);
  const squares = site.add("SQUARED_DIFFERENCE", [site.source(), mean], site.part("squares"));
  const variance = site.add("MEAN", [squares, last], site.part("variance", one), [flag(true)]);
  const raised = site.add(
    "ADD",
    [variance, scalar(site, "epsilon", Number(values.epsilon))],
    site.part("raised", one),
    [fused.none],
  );
  const inverse = site.add("RSQRT", [raised], site.part("inverse", one));
  const centred = site.add("SUB", [site.source(), mean], site.part("centred"), [fused.none]);
  const [gamma, beta] = [site.stored("gamma"), site.stored("beta")];
  const normal = site.add("MUL", [centred, inverse], gamma || beta ? site.part("normal") : site.result, [
    fused.none,
  ]);
  const scaled = gamma
    ? site.add(
        "MUL",
        [normal, site.floats("gamma", gamma.shape, gamma.values)],
        beta ? site.part("scaled") : site.result,
        [fused.none],
      )
    : normal;
  return beta
    ? site.add("ADD", [scaled, site.floats("beta", beta.shape, beta.values)], site.result, [fused.none])
    : scaled;
}
