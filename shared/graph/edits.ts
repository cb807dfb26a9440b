import { type KindName, kinds } from "../nodes/index.ts";
import type { Values } from "../nodes/settings.ts";
import { below, pitch, settled } from "./card.ts";
import { type Graph, type GraphNode, nodeOf, type Point, sameWire, type Wire, wiresInto } from "./graph.ts";
import { healed } from "./heal.ts";
import { canRename, idFor, idSource } from "./ids.ts";
import { limits } from "./limits.ts";
import { downstream, reaches } from "./reach.ts";
import { type Changes, sameValues, stored } from "./values.ts";

// Every edit gives a new graph in which untouched nodes are the same objects: the compiler remembers what it knows
// about them. An edit that changes nothing, or that cannot be made, gives the graph it got.

export interface Added<G extends Graph> {
  readonly graph: G;
  readonly id: string;
}

/** A new node without wires. Values of the wrong type or unknown to the kind are left out. */
export function addNode<G extends Graph>(graph: G, kind: KindName, at: Point, values: Values = {}): Added<G> {
  const id = idFor(kind, idSource(graph.nodes.map((it) => it.id)));
  const node: GraphNode = { id, kind, values: stored(kind, values), at: settled(at) };
  return { graph: { ...graph, nodes: [...graph.nodes, node] }, id };
}

/** Changes some settings; undefined goes back to the default. Values out of range are kept: the compiler reports them. */
export function setValues<G extends Graph>(graph: G, id: string, changes: Changes): G {
  return changeNode(graph, id, (node) => {
    const values = stored(node.kind, { ...node.values, ...changes });
    return sameValues(values, node.values) ? node : { ...node, values };
  });
}

/** Gives a node another id; its wires follow. `canRename` says why nothing happens. */
export function renameNode<G extends Graph>(graph: G, id: string, to: string): G {
  if (id === to || !nodeOf(graph, id) || canRename(graph, id, to)) return graph;
  const renamed = (it: string): string => (it === id ? to : it);
  return {
    ...changeNode(graph, id, (node) => ({ ...node, id: to })),
    wires: graph.wires.map((it) =>
      it.from === id || it.to === id ? { ...it, from: renamed(it.from), to: renamed(it.to) } : it,
    ),
  };
}

/** Puts nodes at places of the canvas; ids that the graph lacks are passed over. */
export function placeNodes<G extends Graph>(graph: G, places: ReadonlyMap<string, Point>): G {
  return changeNodes(graph, (node) => {
    const place = places.get(node.id);
    if (!place) return node;
    const at = settled(place);
    return at[0] === node.at[0] && at[1] === node.at[1] ? node : { ...node, at };
  });
}

/** Moves nodes by the same distance. */
export function moveNodes<G extends Graph>(graph: G, ids: Iterable<string>, [dx, dy]: Point): G {
  const moving = new Set(ids);
  const places = graph.nodes
    .filter((it) => moving.has(it.id))
    .map(({ id, at: [x, y] }) => [id, [x + dx, y + dy]] as const);
  return placeNodes(graph, new Map(places));
}

/**
 * Removes nodes with their wires and closes the gaps: what the only input of a removed node gave now goes to where that
 * node's output went, in the same slot. Behind a removed merge of several inputs the wire stays open.
 */
export function removeNodes<G extends Graph>(graph: G, ids: Iterable<string>): G {
  const removed = new Set(ids);
  const nodes = graph.nodes.filter((it) => !removed.has(it.id));
  return nodes.length === graph.nodes.length ? graph : { ...graph, nodes, wires: healed(graph, removed) };
}

/** Why no wire can be drawn between two nodes, in a sentence for the user, or undefined when one can. */
export function canConnect(graph: Graph, from: string, to: string): string | undefined {
  const target = nodeOf(graph, to);
  const missing = !target ? to : nodeOf(graph, from) ? undefined : from;
  if (!target || missing !== undefined) return `There is no layer called ${missing}.`;
  if (from === to) return "A layer cannot feed itself.";
  if (kinds[target.kind].takes === "nothing")
    return `${kinds[target.kind].title} takes no wire: data enters here.`;
  if (reaches(graph, to, from)) return `${to} already leads to ${from}: this wire would close a circle.`;
  return undefined;
}

/**
 * Draws a wire. A layer with one input gives up the wire it had; a merge layer gives up the one in that slot, and
 * without a slot takes the lowest free one. `canConnect` says why nothing happens.
 */
export function connect<G extends Graph>(graph: G, from: string, to: string, slot?: number): G {
  if (canConnect(graph, from, to)) return graph;
  const wire = { from, to, slot: slotFor(graph, to, slot) };
  const isReplaced = (it: Wire): boolean => it.to === to && (!isMerge(graph, to) || it.slot === wire.slot);
  const replaced = graph.wires.filter(isReplaced);
  if (replaced.length === 1 && replaced.every((it) => sameWire(it, wire))) return graph;
  return { ...graph, wires: [...graph.wires.filter((it) => !isReplaced(it)), wire] };
}

export function disconnect<G extends Graph>(graph: G, wire: Wire): G {
  const wires = graph.wires.filter((it) => !sameWire(it, wire));
  return wires.length === graph.wires.length ? graph : { ...graph, wires };
}

/** Takes one end of a wire, or both, to other nodes; nothing happens where `canConnect` refuses the new one. */
export function reconnect<G extends Graph>(graph: G, wire: Wire, from: string, to: string, slot?: number): G {
  const without = disconnect(graph, wire);
  if (without === graph || canConnect(without, from, to)) return graph;
  const wired = connect(without, from, to, slot ?? (to === wire.to ? wire.slot : undefined));
  return wired.wires.some((it) => sameWire(it, wire)) && wired.wires.length === graph.wires.length
    ? graph
    : wired;
}

/**
 * Puts a new node on a wire and moves what comes after it down to make room. A kind that takes no wire is only added;
 * so is every kind where the wire is not there.
 */
export function insertOnWire<G extends Graph>(
  graph: G,
  wire: Wire,
  kind: KindName,
  values: Values = {},
): Added<G> {
  const source = nodeOf(graph, wire.from);
  const { graph: grown, id } = addNode(graph, kind, source ? below(source.at) : [0, 0], values);
  return { graph: putOnWire(grown, wire, id), id };
}

/** Puts a node that has no wires yet on a wire: both halves are wired, in the wire's slot at the far end. */
export function putOnWire<G extends Graph>(graph: G, wire: Wire, id: string): G {
  const node = nodeOf(graph, id);
  const isWired = graph.wires.some((it) => it.from === id || it.to === id);
  if (!node || isWired || kinds[node.kind].takes === "nothing") return graph;
  if (!graph.wires.some((it) => sameWire(it, wire))) return graph;
  const wires = graph.wires.flatMap((it) =>
    sameWire(it, wire)
      ? [
          { from: wire.from, to: id, slot: 0 },
          { ...wire, from: id },
        ]
      : [it],
  );
  return madeRoom({ ...graph, wires }, node, wire);
}

function madeRoom<G extends Graph>(graph: G, { id, at }: GraphNode, { from, to }: Wire): G {
  const next = nodeOf(graph, to);
  const missing = next ? at[1] + pitch - next.at[1] : 0;
  if (missing <= 0) return graph;
  // In a circle the wire's beginning and the new node come after its end as well.
  const after = [...downstream(graph, to)].filter((it) => it !== id && it !== from);
  return moveNodes(graph, after, [0, missing]);
}

const isMerge = (graph: Graph, id: string): boolean => {
  const node = nodeOf(graph, id);
  return node !== undefined && kinds[node.kind].takes === "several";
};

function slotFor(graph: Graph, to: string, wanted: number | undefined): number {
  if (!isMerge(graph, to)) return 0;
  if (wanted !== undefined && Number.isInteger(wanted) && wanted >= 0 && wanted <= limits.slot) return wanted;
  const taken = new Set(wiresInto(graph, to).map((it) => it.slot));
  let free = 0;
  while (taken.has(free)) free++;
  return free;
}

const changeNode = <G extends Graph>(graph: G, id: string, change: (node: GraphNode) => GraphNode): G =>
  changeNodes(graph, (node) => (node.id === id ? change(node) : node));

function changeNodes<G extends Graph>(graph: G, change: (node: GraphNode) => GraphNode): G {
  const nodes = graph.nodes.map(change);
  return nodes.every((it, index) => it === graph.nodes[index]) ? graph : { ...graph, nodes };
}
