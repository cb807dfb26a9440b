import type { Graph } from "../../graph/graph.ts";
import { wiresBy } from "../../graph/reach.ts";
import { isInput } from "./finding.ts";

const remembered = new WeakMap<Graph, ReadonlySet<string>>();

/** Inputs and everything that data flows to from one of them. */
export function reachedFromInputs(graph: Graph): ReadonlySet<string> {
  const known = remembered.get(graph);
  if (known) return known;
  const leaving = wiresBy(graph.wires, "from");
  const reached = new Set(graph.nodes.filter(isInput).map((it) => it.id));
  // A set's loop visits what is added while it runs.
  for (const id of reached) for (const wire of leaving.get(id) ?? []) reached.add(wire.to);
  remembered.set(graph, reached);
  return reached;
}
