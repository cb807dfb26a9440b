import { type Activation, leakySlope } from "../../nodes/activation-functions.ts";
import { isImage } from "../../nodes/shape.ts";
import { scalar } from "./arrays.ts";
import type { Attributes } from "./messages.ts";
import type { Layout, Site } from "./site.ts";

/** Functions that are one operator each. ONNX's own constants of SELU are those of Klambauer et al. 2017, as ours. */
const operators: Readonly<Partial<Record<Activation, readonly [operator: string, attributes?: Attributes]>>> =
  {
    relu: ["Relu"],
    leakyRelu: ["LeakyRelu", { alpha: { float: leakySlope } }],
    elu: ["Elu", { alpha: { float: 1 } }],
    selu: ["Selu"],
    sigmoid: ["Sigmoid"],
    tanh: ["Tanh"],
    softplus: ["Softplus"],
    linear: ["Identity"],
  };

/** Draws a layer's sums under the name that `draw` is given, and behind them the activation that the layer carries. */
export function activated(site: Site, layout: Layout, draw: (output: string) => void): void {
  const { activation } = site.step.values;
  if (activation === "linear") {
    draw(site.result(layout));
    return;
  }
  const sums = site.part("sums");
  draw(sums);
  // A choice of the kind's own setting, which the compiler has checked.
  addActivation(site, activation as Activation, sums, layout);
}

/** The function of every value in `input`, as the layer's result. */
export function addActivation(site: Site, name: Activation, input: string, layout: Layout): void {
  const output = site.result(layout);
  if (name === "softmax") {
    const axis = isImage(site.step.output) && layout === "last" ? 3 : 1;
    site.add("Softmax", [input], output, { axis });
    return;
  }
  if (name === "swish") {
    site.add("Mul", [input, site.add("Sigmoid", [input], site.part("sigmoid"))], output);
    return;
  }
  if (name === "gelu") {
    addGelu(site, input, output);
    return;
  }
  const [operator = "Identity", attributes] = operators[name] ?? [];
  site.add(operator, [input], output, attributes);
}

/** x · ½ (1 + erf(x / √2)), the exact one; ONNX has an operator for it from opset 20 on. */
function addGelu(site: Site, input: string, output: string): void {
  const scaled = site.add("Mul", [input, scalar(site, "root_half", Math.SQRT1_2)], site.part("scaled"));
  const erf = site.add("Erf", [scaled], site.part("erf"));
  const shifted = site.add("Add", [erf, scalar(site, "one", 1)], site.part("shifted"));
  const halved = site.add("Mul", [input, scalar(site, "half", 0.5)], site.part("halved"));
  site.add("Mul", [halved, shifted], output);
}
