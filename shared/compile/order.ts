import type { Graph, GraphNode, Wire } from "../graph/graph.ts";

/** A graph with its wires sorted by where they arrive. Wires from or to nodes that do not exist are left out. */
export interface Wired {
  readonly nodes: ReadonlyMap<string, GraphNode>;
  /** Wires into each node, by slot. */
  readonly into: ReadonlyMap<string, readonly Wire[]>;
  /** Ids with a wire going out. */
  readonly feeding: ReadonlySet<string>;
}

const none: readonly Wire[] = [];
export const wiresTo = (wired: Wired, id: string): readonly Wire[] => wired.into.get(id) ?? none;

export function wiredUp(graph: Graph): Wired {
  const nodes = new Map(graph.nodes.map((it) => [it.id, it]));
  const into = new Map<string, Wire[]>();
  const feeding = new Set<string>();
  for (const wire of graph.wires) {
    if (!nodes.has(wire.from) || !nodes.has(wire.to)) continue;
    feeding.add(wire.from);
    const arriving = into.get(wire.to);
    if (arriving) arriving.push(wire);
    else into.set(wire.to, [wire]);
  }
  for (const arriving of into.values()) if (arriving.length > 1) arriving.sort((a, b) => a.slot - b.slot);
  return { nodes, into, feeding };
}

/**
 * Nodes so that every wire points forward, in drawing order where wires leave a choice (Kahn 1962); `stuck` holds the
 * nodes on and behind cycles. Linear in nodes and wires, no recursion.
 */
export function inOrder(
  graph: Graph,
  wired: Wired,
): { readonly ordered: GraphNode[]; readonly stuck: GraphNode[] } {
  const waiting = new Map<string, number>();
  const out = new Map<string, string[]>();
  for (const [id, arriving] of wired.into) {
    waiting.set(id, arriving.length);
    for (const { from } of arriving) {
      const targets = out.get(from);
      if (targets) targets.push(id);
      else out.set(from, [id]);
    }
  }
  const ordered = graph.nodes.filter((it) => !waiting.has(it.id));
  for (let next = 0; next < ordered.length; next++) {
    for (const target of out.get(ordered[next]?.id ?? "") ?? []) {
      const left = (waiting.get(target) ?? 0) - 1;
      waiting.set(target, left);
      const node = wired.nodes.get(target);
      if (left === 0 && node) ordered.push(node);
    }
  }
  return { ordered, stuck: graph.nodes.filter((it) => (waiting.get(it.id) ?? 0) > 0) };
}

/** One cycle among stuck nodes, as wires in walking order; empty when the nodes are only behind a cycle. */
export function cycleAmong(stuck: readonly GraphNode[], wired: Wired): readonly Wire[] {
  const members = new Set(stuck.map((it) => it.id));
  const walked: Wire[] = [];
  const seen = new Map<string, number>();
  // Walking backwards from a stuck node never ends at a start: each has a stuck source.
  let at = stuck[0]?.id;
  while (at !== undefined && !seen.has(at)) {
    seen.set(at, walked.length);
    const back = wiresTo(wired, at).find((it) => members.has(it.from));
    if (!back) return [];
    walked.push(back);
    at = back.from;
  }
  return at === undefined ? [] : walked.slice(seen.get(at)).reverse();
}
