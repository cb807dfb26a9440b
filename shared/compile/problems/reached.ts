import type { Graph, Wire } from "../../graph/graph.ts";
import { wiresBy } from "../../graph/reach.ts";
import { isInput } from "./finding.ts";

interface Reach {
  readonly leaving: ReadonlyMap<string, readonly Wire[]>;
  readonly fromInputs: ReadonlySet<string>;
}
// A drawing may fall into thousands of pieces, and each asks.
const remembered = new WeakMap<Graph, Reach>();

/** Inputs and everything that data flows to from one of them. */
export const reachedFromInputs = (graph: Graph): ReadonlySet<string> => reachOf(graph).fromInputs;

/** What lies behind a node and gets no data from any input; nothing while the design has no input at all. */
export function cutOffBehind(graph: Graph, id: string): readonly string[] {
  const { leaving, fromInputs } = reachOf(graph);
  if (fromInputs.size === 0) return [];
  const met = new Set([id]);
  for (const it of met) for (const { to } of leaving.get(it) ?? []) if (!fromInputs.has(to)) met.add(to);
  met.delete(id);
  return [...met];
}

function reachOf(graph: Graph): Reach {
  const known = remembered.get(graph);
  if (known) return known;
  const leaving = wiresBy(graph.wires, "from");
  const fromInputs = new Set(graph.nodes.filter(isInput).map((it) => it.id));
  // A set's loop visits what is added while it runs.
  for (const id of fromInputs) for (const wire of leaving.get(id) ?? []) fromInputs.add(wire.to);
  const reach = { leaving, fromInputs };
  remembered.set(graph, reach);
  return reach;
}
