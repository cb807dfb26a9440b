import { pitch } from "../../graph/card.ts";
import { addNode, connect, insertOnWire, moveNodes, removeNodes, setValues } from "../../graph/edits.ts";
import { type Graph, nodeOf, sameWire, type Wire } from "../../graph/graph.ts";
import { downstream, wiresBy } from "../../graph/reach.ts";
import type { KindName } from "../../nodes/index.ts";
import type { Values } from "../../nodes/settings.ts";
import type { Repair } from "../plan.ts";
import { isInput, listed } from "../problems/finding.ts";

/** A layer to add: its kind, and what differs from the defaults. */
export type Layer = readonly [kind: KindName, values: Values];

/** Wires with the layers that go onto them, in the order in which data meets them. */
export type Insertion = readonly [wire: Wire, layers: readonly Layer[]];

export const change = (
  id: string,
  set: Readonly<Record<string, Values[string] | undefined>>,
  title: string,
): Repair => ({
  title,
  apply: (graph) => setValues(graph, id, set),
});

export const remove = (id: string): Repair => ({
  title: `Remove ${id}`,
  apply: (graph) => removeNodes(graph, [id]),
});

export const insert = (insertions: readonly Insertion[], title: string): Repair => ({
  title,
  apply: (graph) => insertions.reduce(onWire, graph),
});

function onWire(graph: Graph, [wire, layers]: Insertion): Graph {
  let grown = graph;
  let rest = wire;
  for (const [kind, values] of layers) {
    const added = insertOnWire(grown, rest, kind, values);
    grown = added.graph;
    rest = { ...wire, from: added.id };
  }
  return grown;
}

/** New layers behind a node, in a row. */
export const append = (behind: string, layers: readonly Layer[], title: string): Repair => ({
  title,
  apply(graph) {
    let grown = graph;
    let last = behind;
    for (const [kind, values] of layers) {
      const at = nodeOf(grown, last)?.at ?? [0, 0];
      const added = addNode(grown, kind, [at[0], at[1] + pitch], values);
      grown = connect(added.graph, last, added.id);
      last = added.id;
    }
    return grown;
  },
});

/** Layers in a row between a node and everything that it feeds. */
export function behind(graph: Graph, id: string, layers: readonly Layer[]): Graph {
  const [first, ...others] = graph.wires.filter((it) => it.from === id);
  if (!first || !layers.length) return graph;
  const known = new Set(graph.nodes.map((it) => it.id));
  const grown = onWire(graph, [first, layers]);
  const last = grown.wires.find((it) => it.to === first.to && it.slot === first.slot && !known.has(it.from));
  return {
    ...grown,
    wires: grown.wires.map((it) =>
      last && others.some((other) => sameWire(other, it)) ? { ...it, from: last.from } : it,
    ),
  };
}

/** Takes wires away, and then the layers that led somewhere before and lead nowhere now. */
export function withoutWires(graph: Graph, wires: readonly Wire[], title: string): Repair {
  const cut = cutOff(graph, wires);
  const gone = graph.nodes.filter((it) => !cut.nodes.includes(it)).map((it) => it.id);
  return {
    title: gone.length
      ? `${title}, and ${listed(gone, 4)}, which then ${gone.length === 1 ? "leads" : "lead"} nowhere`
      : title,
    apply: (it) => cutOff(it, wires),
  };
}

function cutOff(graph: Graph, wires: readonly Wire[]): Graph {
  const gone = [...wires];
  const left = graph.wires.filter((it) => {
    const at = gone.findIndex((wire) => sameWire(wire, it));
    if (at !== -1) gone.splice(at, 1);
    return at === -1;
  });
  // A layer that nothing enters is wrong in its own way, and says so.
  const entered = new Set(left.map((it) => it.to));
  const open = wires.map((it) => it.from).filter((it) => entered.has(it));
  return removeNodes({ ...graph, wires: left }, deadBranch({ ...graph, wires: left }, open));
}

/** Of some nodes those without a wire going out, and all layers that lead only to them. Inputs stay. */
export function deadBranch(graph: Graph, ends: readonly string[]): readonly string[] {
  const leaving = wiresBy(graph.wires, "from");
  const arriving = wiresBy(graph.wires, "to");
  const nodes = new Map(graph.nodes.map((it) => [it.id, it]));
  const dead = new Set<string>();
  const open = [...ends];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const node = nodes.get(id);
    const leads = (leaving.get(id) ?? []).some((it) => !dead.has(it.to));
    if (!node || isInput(node) || leads || dead.has(id)) continue;
    dead.add(id);
    open.push(...(arriving.get(id) ?? []).map((it) => it.from));
  }
  return [...dead];
}

/** Another kind of layer in a node's place: its wires are kept, its settings are not. */
export function exchanged(graph: Graph, id: string, kind: KindName, values: Values = {}): Graph {
  const old = nodeOf(graph, id);
  if (!old) return graph;
  const added = addNode(graph, kind, old.at, values);
  const renamed = (it: string): string => (it === id ? added.id : it);
  return {
    ...added.graph,
    nodes: added.graph.nodes.filter((it) => it.id !== id),
    wires: graph.wires.map((it) =>
      it.from === id || it.to === id ? { ...it, from: renamed(it.from), to: renamed(it.to) } : it,
    ),
  };
}

/** Several layers' outputs into a new merge layer, and its output into what they led to, where that is given. */
export const join = (
  sources: readonly string[],
  kind: KindName,
  title: string,
  into?: { readonly id: string; readonly replaced: readonly Wire[] },
): Repair => ({
  title,
  apply(graph) {
    const next = into && nodeOf(graph, into.id);
    const [x, y] = nodeOf(graph, sources[0] ?? "")?.at ?? [0, 0];
    const under = Math.max(y, ...sources.map((it) => nodeOf(graph, it)?.at[1] ?? y)) + pitch;
    const added = addNode(graph, kind, next?.at ?? [x, under]);
    const kept = graph.wires.filter((it) => !into?.replaced.some((wire) => sameWire(wire, it)));
    const wires = sources.map((from, slot) => ({ from, to: added.id, slot }));
    const on = into ? [{ from: added.id, to: into.id, slot: 0 }] : [];
    const joined = { ...added.graph, wires: [...kept, ...wires, ...on] };
    return into ? moveNodes(joined, downstream(joined, into.id), [0, pitch]) : joined;
  },
});
