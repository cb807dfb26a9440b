import { type Activation, leakySlope } from "../../nodes/activation-functions.ts";
import { type Field, flag, float, fused, type OperatorName } from "./schema.ts";
import { type Given, type Site, scalar, type TensorIndex } from "./site.ts";

/** Functions that are one operator each. */
const operators: Readonly<Partial<Record<Activation, readonly [OperatorName, (readonly Field[])?]>>> = {
  relu: ["RELU"],
  leakyRelu: ["LEAKY_RELU", [float(leakySlope)]],
  elu: ["ELU"],
  // Not the approximation by tanh.
  gelu: ["GELU", [flag(false)]],
  sigmoid: ["LOGISTIC"],
  tanh: ["TANH"],
  softmax: ["SOFTMAX", [float(1)]],
};

/**
 * Draws a layer's sums and behind them the activation that the layer carries. `draw` is told where they go and what the
 * operator shall do with them at once, where it can.
 */
export function activated(
  site: Site,
  draw: (output: Given, fusing: Field) => TensorIndex,
  { fuses = true }: { readonly fuses?: boolean } = {},
): TensorIndex {
  // A choice of the kind's own setting, which the compiler has checked.
  const activation = site.step.values.activation as Activation;
  if (activation === "linear") return draw(site.result, fused.none);
  if (activation === "relu" && fuses) return draw(site.result, fused.relu);
  return addActivation(site, activation, draw(site.part("sums"), fused.none));
}

export function addActivation(site: Site, name: Activation, input: TensorIndex): TensorIndex {
  switch (name) {
    case "linear":
      return input;
    case "swish":
      return site.add("MUL", [input, site.add("LOGISTIC", [input], site.part("sigmoid"))], site.result, [
        fused.none,
      ]);
    case "selu":
      return addSelu(site, input);
    case "softplus":
      return addSoftplus(site, input);
    default: {
      const [operator, options] = operators[name] ?? [];
      if (!operator) throw new Error(`There is no operator for ${name}.`);
      return site.add(operator, [input], site.result, options);
    }
  }
}

/** λ · (max(x, 0) + α · elu(min(x, 0))), with the constants of Klambauer et al. 2017. */
function addSelu(site: Site, input: TensorIndex): TensorIndex {
  const negative = site.add("MINIMUM", [input, scalar(site, "zero", 0)], site.part("negative"));
  const curved = site.add("ELU", [negative], site.part("curved"));
  const scaled = site.add("MUL", [curved, scalar(site, "alpha", 1.6732632423543772)], site.part("scaled"), [
    fused.none,
  ]);
  const positive = site.add("RELU", [input], site.part("positive"));
  const joined = site.add("ADD", [positive, scaled], site.part("joined"), [fused.none]);
  return site.add("MUL", [joined, scalar(site, "lambda", 1.0507009873554805)], site.result, [fused.none]);
}

/** max(x, 0) + log(1 + exp(−|x|)), which overflows nowhere. */
function addSoftplus(site: Site, input: TensorIndex): TensorIndex {
  const size = site.add("ABS", [input], site.part("size"));
  const shrunk = site.add("EXP", [site.add("NEG", [size], site.part("negated"))], site.part("shrunk"));
  const one = scalar(site, "one", 1);
  const rest = site.add(
    "LOG",
    [site.add("ADD", [shrunk, one], site.part("above_one"), [fused.none])],
    site.part("rest"),
  );
  return site.add("ADD", [site.add("RELU", [input], site.part("positive")), rest], site.result, [fused.none]);
}
