import { kinds } from "../nodes/index.ts";
import { settled } from "./card.ts";
import type { Graph, GraphNode, Point, Wire } from "./graph.ts";
import { idForCopy, idSource } from "./ids.ts";
import { limits } from "./limits.ts";
import { wiresBy } from "./reach.ts";

/** Copied nodes with the wires among them; plain values that can stand on a clipboard. */
export type Clip = Graph;

/** Wires that came from outside are cut; the inputs that a merge layer keeps move up into its first slots. */
export function copyNodes(graph: Graph, ids: Iterable<string>): Clip {
  const copied = new Set(ids);
  const nodes = graph.nodes.filter((it) => copied.has(it.id));
  const wires = graph.wires.filter((it) => copied.has(it.from) && copied.has(it.to));
  return { nodes, wires: slotsClosed(nodes, wires) };
}

export interface Pasted<G extends Graph> {
  readonly graph: G;
  /** The new nodes, to be selected. */
  readonly ids: readonly string[];
}

/**
 * Adds a clip's nodes; their upper left corner comes to `at`. Names that the graph has already get the next number.
 * Nothing happens where the graph would outgrow what a document can hold.
 */
export function pasteNodes<G extends Graph>(graph: G, clip: Clip, at: Point): Pasted<G> {
  const isTooMuch =
    graph.nodes.length + clip.nodes.length > limits.nodes ||
    graph.wires.length + clip.wires.length > limits.wires;
  if (isTooMuch || clip.nodes.length === 0) return { graph, ids: [] };
  const names = newNames(graph, clip.nodes);
  const named = (id: string): string => names.get(id) ?? id;
  const [left, top] = corner(clip.nodes);
  const nodes = clip.nodes.map((it) => ({
    ...it,
    id: named(it.id),
    at: settled([it.at[0] - left + at[0], it.at[1] - top + at[1]]),
  }));
  const wires = clip.wires.map((it) => ({ ...it, from: named(it.from), to: named(it.to) }));
  return {
    graph: { ...graph, nodes: [...graph.nodes, ...nodes], wires: [...graph.wires, ...wires] },
    ids: nodes.map((it) => it.id),
  };
}

/** Copies of nodes beside themselves, with the wires among them. */
export function duplicateNodes<G extends Graph>(
  graph: G,
  ids: Iterable<string>,
  [dx, dy]: Point = [40, 40],
): Pasted<G> {
  const clip = copyNodes(graph, ids);
  if (clip.nodes.length === 0) return { graph, ids: [] };
  const [left, top] = corner(clip.nodes);
  return pasteNodes(graph, clip, [left + dx, top + dy]);
}

function newNames(graph: Graph, nodes: readonly GraphNode[]): ReadonlyMap<string, string> {
  const taken = new Set(graph.nodes.map((it) => it.id));
  const fresh = idSource([...taken, ...nodes.map((it) => it.id)]);
  return new Map(nodes.map((it) => [it.id, idForCopy(it.id, (id) => taken.has(id), fresh)]));
}

function corner(nodes: readonly GraphNode[]): Point {
  const least = (axis: 0 | 1): number => nodes.reduce((best, it) => Math.min(best, it.at[axis]), Infinity);
  return [least(0), least(1)];
}

function slotsClosed(nodes: readonly GraphNode[], wires: readonly Wire[]): readonly Wire[] {
  const arriving = wiresBy(wires, "to");
  const closed = new Map<Wire, Wire>();
  for (const { id, kind } of nodes) {
    if (kinds[kind].takes !== "several") continue;
    const bySlot = (arriving.get(id) ?? []).toSorted((a, b) => a.slot - b.slot);
    for (const [slot, wire] of bySlot.entries()) if (wire.slot !== slot) closed.set(wire, { ...wire, slot });
  }
  return wires.map((it) => closed.get(it) ?? it);
}
