import type { Plan, Step } from "../../compile/plan.ts";
import { isChain, variables } from "../keras-program.ts";
import { fitting, statement } from "../python/statements.ts";
import { torchNames, torchTaken } from "../pytorch/names.ts";
import { flaxLayer } from "./layers.ts";

/**
 * The class `Network`: one attribute for every layer that has a module, under the name that its weights have in
 * `safetensors`, and `__call__`.
 */
export function networkClass(plan: Plan): readonly string[] {
  const name = torchNames(plan);
  const layers = plan.steps.map((step) => ({
    step,
    self: `self.${name(step.node.id)}`,
    layer: flaxLayer(step, step !== plan.output),
  }));
  const kept = layers.flatMap(({ self, layer: { module } }) => (module ? statement(self, module) : []));
  const chain = isChain(plan);
  const local = variables(plan.steps, [...torchTaken, "jax", "jnp", "nnx", "np", "len"]);
  const variable = (id: string): string => (chain ? "x" : local(id));
  const [first] = plan.steps;
  const lines = layers.flatMap(({ step, self, layer }) => {
    if (step === first) return [];
    const sources = step.kind.family === "input" && first ? [first.node.id] : step.sources;
    const inputs = sources.map(variable);
    const target = variable(step.node.id);
    if (!isLeftOut(step, plan)) return statement(target, fitting(target, layer.result(self, inputs)));
    return chain ? [] : [`        ${target} = ${inputs[0] ?? ""}`];
  });
  return [
    "class Network(nnx.Module):",
    "    def __init__(self, rngs):",
    ...(kept.length ? kept : ["        pass"]),
    "",
    `    def __call__(self, ${variable(first?.node.id ?? "")}):`,
    ...lines,
    `        return ${variable(plan.output?.node.id ?? "")}`,
  ];
}

/** A softmax layer at the very end stands in the loss alone. */
const isLeftOut = ({ node, values }: Step, plan: Plan): boolean =>
  plan.output?.node.id === node.id && node.kind === "activation" && values.function === "softmax";
