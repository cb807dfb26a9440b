import type { Plan, Step } from "../../compile/plan.ts";

/** What a plan means, node by node, apart from its drawing: settings as the calls that they become. */
export const meaning = (plan: Plan): Readonly<Record<string, object>> =>
  Object.fromEntries(plan.steps.map((it) => [it.node.id, meaningOf(it)]).toSorted());

const meaningOf = ({ node, kind, values, sources, inputs, output, weights }: Step): object => ({
  kind: node.kind,
  calls: kind.calls(values, inputs),
  sources,
  output,
  weights: weights.map(({ name, shape, role, initial }) => ({ name, shape, role, initial })),
});
