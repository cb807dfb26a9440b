import type { Graph, GraphNode, Wire } from "../graph/graph.ts";

/** A graph's wires by where they arrive. Wires from or to nodes that do not exist are left out. */
export interface Wired {
  /** Wires into each node, by slot. */
  readonly into: ReadonlyMap<string, readonly Wire[]>;
  /** Ids with a wire going out. */
  readonly feeding: ReadonlySet<string>;
}

const none: readonly Wire[] = [];
export const wiresTo = (wired: Wired, id: string): readonly Wire[] => wired.into.get(id) ?? none;

/** A graph's nodes so that every wire points forward, and those that cannot be placed so. */
export interface Ordered {
  readonly wired: Wired;
  /** In drawing order where wires leave a choice. */
  readonly ordered: readonly GraphNode[];
  /** The nodes on and behind cycles. */
  readonly stuck: readonly GraphNode[];
}

interface Remembered extends Wired {
  readonly ids: readonly string[];
  /** Places in `ids`. */
  readonly order: readonly number[];
  readonly stuck: readonly number[];
}
// Edits of settings and places keep the list of wires: then the order is the same as last time.
const remembered = new WeakMap<readonly Wire[], Remembered>();

export function inOrder(graph: Graph): Ordered {
  let known = remembered.get(graph.wires);
  if (!known || !sameIds(graph.nodes, known.ids)) {
    known = sortedOut(graph);
    remembered.set(graph.wires, known);
  }
  const at = (places: readonly number[]): GraphNode[] => {
    const nodes: GraphNode[] = [];
    for (const place of places) {
      const node = graph.nodes[place];
      if (node) nodes.push(node);
    }
    return nodes;
  };
  return {
    wired: known,
    ordered: at(known.order),
    stuck: at(known.stuck),
  };
}

const sameIds = (nodes: readonly GraphNode[], ids: readonly string[]): boolean =>
  nodes.length === ids.length && nodes.every((it, index) => it.id === ids[index]);

/** Kahn 1962: linear in nodes and wires, no recursion. */
function sortedOut({ nodes, wires }: Graph): Remembered {
  const ids = nodes.map((it) => it.id);
  const places = new Map(ids.map((it, place) => [it, place]));
  const into = new Map<string, Wire[]>();
  const feeding = new Set<string>();
  const out: number[][] = nodes.map(() => []);
  const waiting: number[] = nodes.map(() => 0);
  for (const wire of wires) {
    const from = places.get(wire.from);
    const to = places.get(wire.to);
    if (from === undefined || to === undefined) continue;
    feeding.add(wire.from);
    out[from]?.push(to);
    waiting[to] = (waiting[to] ?? 0) + 1;
    const arriving = into.get(wire.to);
    if (arriving) arriving.push(wire);
    else into.set(wire.to, [wire]);
  }
  for (const arriving of into.values()) if (arriving.length > 1) arriving.sort((a, b) => a.slot - b.slot);

  const order = nodes.flatMap((_, place) => (waiting[place] ? [] : [place]));
  for (let next = 0; next < order.length; next++)
    for (const target of out[order[next] ?? 0] ?? []) {
      const left = (waiting[target] ?? 0) - 1;
      waiting[target] = left;
      if (left === 0) order.push(target);
    }
  return { ids, into, feeding, order, stuck: nodes.flatMap((_, place) => (waiting[place] ? [place] : [])) };
}
