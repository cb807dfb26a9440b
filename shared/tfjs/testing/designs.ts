import { compile } from "../../compile/compile.ts";
import type { Plan } from "../../compile/plan.ts";
import type { Design, GraphNode, Wire } from "../../graph/graph.ts";
import { isKindName } from "../../nodes/index.ts";
import type { Values } from "../../nodes/settings.ts";

export type Drawn = readonly [kind: string, values?: Values, from?: readonly string[]];

/**
 * A design in test notation: one node after the other, each fed by the one before it or by the ids named. Ids are
 * `n0`, `n1` … in the order written.
 */
export function design(...drawn: readonly Drawn[]): Design {
  const nodes: GraphNode[] = drawn.map(([kind, values = {}], index) => {
    if (!isKindName(kind)) throw new Error(`${kind} is no kind`);
    return { id: `n${index}`, kind, values, at: [0, index * 100] };
  });
  const wires: Wire[] = drawn.flatMap(([, , from], index) =>
    index === 0
      ? []
      : (from ?? [`n${index - 1}`]).map((source, slot) => ({ from: source, to: `n${index}`, slot })),
  );
  return { name: "test", nodes, wires };
}

/** The plan of a design that must have no problems. */
export function planOf(...drawn: readonly Drawn[]): Plan {
  const plan = compile(design(...drawn));
  if (!plan.ready) throw new Error(plan.problems.map((it) => it.message).join(" "));
  return plan;
}
