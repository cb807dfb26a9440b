import { connect } from "../../graph/edits.ts";
import type { GraphNode } from "../../graph/graph.ts";
import { downstream } from "../../graph/reach.ts";
import type { Kind } from "../../nodes/kind.ts";
import { isImage, isVector, type Shape } from "../../nodes/shape.ts";
import { wiresTo } from "../order.ts";
import type { Repair } from "../plan.ts";
import type { Place } from "../problems/finding.ts";

/** Sources that are tried. */
const mostTried = 6;

/** Wires from layers: those that fit first, of them those without a wire going out, then the nearest above, then below. */
export function connectRepairs({ node, kind, graph, wired, steps }: Place): readonly Repair[] {
  const before = wiresTo(wired, node.id).map((it) => it.from);
  const beside = before.map((it) => steps.get(it)?.output).filter((it) => it !== undefined);
  const behind = downstream(graph, node.id);
  const rank = (it: GraphNode): number =>
    (fits(kind, steps.get(it.id)?.output, beside) ? 0 : 1e9) +
    (wired.feeding.has(it.id) ? 1e8 : 0) +
    (it.at[1] > node.at[1] ? 1e7 : 0) +
    distance(it, node);
  return graph.nodes
    .filter((it) => !behind.has(it.id) && !before.includes(it.id))
    .map((it) => ({ id: it.id, rank: rank(it) }))
    .toSorted((a, b) => a.rank - b.rank)
    .slice(0, mostTried)
    .map(({ id }) => ({ title: `Connect ${id} → ${node.id}`, apply: (it) => connect(it, id, node.id) }));
}

const distance = (a: GraphNode, b: GraphNode): number => Math.hypot(a.at[0] - b.at[0], a.at[1] - b.at[1]);

/** Whether a layer takes an output, beside what enters it already. */
function fits({ takes }: Kind, output: Shape | undefined, beside: readonly Shape[]): boolean {
  if (!output) return false;
  if (takes === "image") return isImage(output);
  if (takes === "vector") return isVector(output);
  return beside.every((it) => it.length === output.length);
}
