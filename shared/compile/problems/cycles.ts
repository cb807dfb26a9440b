import { type Graph, type GraphNode, sameWire, type Wire } from "../../graph/graph.ts";
import { type Wired, wiresTo } from "../order.ts";
import type { Repair } from "../plan.ts";
import type { Drawing, Finding } from "./finding.ts";

/** Wires of a circle that are tried as the one to remove. */
const mostTried = 12;

/** The circles among the nodes that have no place in the order, each with its path. */
export function cycleFindings({ graph, wired }: Drawing, stuck: readonly GraphNode[]): readonly Finding[] {
  if (stuck.length === 0) return [];
  const height = new Map(graph.nodes.map((it) => [it.id, it.at[1]]));
  return cyclesAmong(stuck, wired).flatMap((cycle): readonly Finding[] => {
    const last = cycle.at(-1);
    if (!last) return [];
    const path = cycle.map((it) => it.from);
    return [
      {
        code: "cycle",
        node: last.to,
        nodes: path,
        wires: cycle,
        message:
          path.length === 1
            ? `${last.to} feeds itself. Data must flow one way.`
            : `The wires run in a circle: ${shortened([...path, last.to]).join(" → ")}. Data must flow one way.`,
        candidates: () => likelyMistakes(cycle, wired, height).map((it) => removeWire(graph, it)),
        byOutcome: true,
      },
    ];
  });
}

/** A long path without its middle; the problem's `nodes` hold all of it. */
const shortened = (path: readonly string[]): readonly string[] =>
  path.length <= 12 ? path : [...path.slice(0, 6), `${path.length - 9} more`, ...path.slice(-3)];

/** Wires drawn upwards first, then those into a layer that has another one. */
function likelyMistakes(
  cycle: readonly Wire[],
  wired: Wired,
  height: ReadonlyMap<string, number>,
): readonly Wire[] {
  const isUpwards = (it: Wire): boolean => (height.get(it.to) ?? 0) <= (height.get(it.from) ?? 0);
  const isSpare = (it: Wire): boolean => wiresTo(wired, it.to).length > 1;
  const likely = (it: Wire): number => (isUpwards(it) ? 2 : 0) + (isSpare(it) ? 1 : 0);
  // The wire that closes the circle comes first among equals.
  return cycle
    .toReversed()
    .toSorted((a, b) => likely(b) - likely(a))
    .slice(0, mostTried);
}

/** Two wires between the same layers, into two slots, are one circle. */
function removeWire(graph: Graph, { from, to }: Wire): Repair {
  const both = graph.wires.filter((it) => it.from === from && it.to === to);
  return {
    title: `Remove the wire ${from} → ${to}`,
    apply: (it) => ({ ...it, wires: it.wires.filter((wire) => !both.some((gone) => sameWire(gone, wire))) }),
  };
}

/**
 * Circles among stuck nodes, as wires in walking order; no two share a node. Walking backwards, always along the first
 * wire from another stuck node, ends in a circle or on a way already walked.
 */
function cyclesAmong(stuck: readonly GraphNode[], wired: Wired): readonly (readonly Wire[])[] {
  const members = new Set(stuck.map((it) => it.id));
  const walkOf = new Map<string, number>();
  const cycles: (readonly Wire[])[] = [];
  for (const [walk, { id }] of stuck.entries()) {
    const walked: Wire[] = [];
    let at: string | undefined = id;
    while (at !== undefined && !walkOf.has(at)) {
      walkOf.set(at, walk);
      const here: string = at;
      const back = wiresTo(wired, here).find((it) => members.has(it.from));
      if (back) walked.push(back);
      at = back?.from;
    }
    if (at === undefined || walkOf.get(at) !== walk) continue;
    const start = walked.findIndex((it) => it.to === at);
    cycles.push(walked.slice(start).reverse());
  }
  return cycles;
}
