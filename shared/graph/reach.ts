import type { Graph, Wire } from "./graph.ts";

/** The node itself and every node that something flows to from it. Cycles do no harm. */
export function downstream(graph: Graph, id: string): ReadonlySet<string> {
  const leaving = wiresBy(graph.wires, "from");
  const met = new Set([id]);
  // A set's loop visits what is added while it runs.
  for (const node of met) for (const wire of leaving.get(node) ?? []) met.add(wire.to);
  return met;
}

/** Whether something flows from one node to another; true for a node and itself. */
export const reaches = (graph: Graph, from: string, to: string): boolean => downstream(graph, from).has(to);

/** Wires listed by the node at one of their ends. */
export function wiresBy(wires: readonly Wire[], end: "from" | "to"): ReadonlyMap<string, readonly Wire[]> {
  const listed = new Map<string, Wire[]>();
  for (const wire of wires) {
    const list = listed.get(wire[end]);
    if (list) list.push(wire);
    else listed.set(wire[end], [wire]);
  }
  return listed;
}
