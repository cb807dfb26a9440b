import { pitch } from "../../graph/card.ts";
import { type Added, moveNodes } from "../../graph/edits.ts";
import { type Graph, type GraphNode, nodeOf, wiresInto, wiresOutOf } from "../../graph/graph.ts";
import { idFor, idSource } from "../../graph/ids.ts";
import { downstream } from "../../graph/reach.ts";
import { stored } from "../../graph/values.ts";
import type { KindName } from "../../nodes/index.ts";
import { compile } from "../compile.ts";
import { type Layer, layersOf } from "./layers.ts";
import { siteOf, type TwinName, type TwinWindow } from "./site.ts";

/**
 * Puts one of a layer's twins in its place, with the Flatten and Reshape that this needs or no longer needs. Wires stay,
 * what comes after moves to make room or to close the gap. `id` of the result is the layer's, which keeps its number:
 * conv_2 becomes dense_2 while that is free; a name that the user chose stays. Gives the graph it got where there is no
 * such twin.
 */
export function replaceWithTwin<G extends Graph>(
  graph: G,
  id: string,
  which: TwinName,
  window?: TwinWindow,
): Added<G> {
  const site = siteOf(graph, compile(graph), id, window);
  const none = { graph, id };
  if ("refused" in site || site.which === which) return none;
  const twin = layersOf(site, which);
  if ("refused" in twin) return none;

  const old = twin.replaced.flatMap((it) => nodeOf(graph, it) ?? []);
  const [first] = old;
  const last = old.at(-1);
  if (!first || !last) return none;
  const ids = idsFor(graph, old, twin.layers, which, id);
  const nodes = twin.layers.map(
    ([kind, values], index): GraphNode => ({
      id: ids[index] ?? kind,
      kind,
      values: stored(kind, values),
      at: [first.at[0], first.at[1] + index * pitch],
    }),
  );
  const swapped = { ...graph, ...swap(graph, site.source, old, nodes) };
  return {
    graph: roomAdjusted(swapped, nodes.at(-1)?.id ?? "", (nodes.length - old.length) * pitch),
    id: ids[twin.layers.findIndex(([kind]) => kind === which)] ?? id,
  };
}

/** Ids of the new nodes. A Flatten or Reshape that is still needed keeps its own, wherever it comes to stand. */
function idsFor(
  graph: Graph,
  old: readonly GraphNode[],
  layers: readonly Layer[],
  which: TwinName,
  id: string,
): readonly string[] {
  const fresh = idSource(graph.nodes.map((it) => it.id));
  return layers.map(([kind]) => {
    const node = old.find((it) => it.id === id);
    if (kind === which && node) return renumbered(graph, node, which) ?? idFor(kind, fresh);
    return old.find((it) => it.kind === kind)?.id ?? idFor(kind, fresh);
  });
}

/** The layer's name with the word for its new kind, or its own if it has another word; undefined where it is taken. */
function renumbered(graph: Graph, { id, kind }: GraphNode, to: KindName): string | undefined {
  const word = (of: KindName): string => idFor(of, (stem) => stem);
  if (!new RegExp(`^${word(kind)}_\\d+$`).test(id)) return id;
  const wanted = word(to) + id.slice(word(kind).length);
  return nodeOf(graph, wanted) ? undefined : wanted;
}

function swap(
  graph: Graph,
  source: string,
  old: readonly GraphNode[],
  nodes: readonly GraphNode[],
): Pick<Graph, "nodes" | "wires"> {
  const gone = new Set(old.map((it) => it.id));
  const [first, last] = [nodes[0], nodes.at(-1)];
  const entry = old[0] && wiresInto(graph, old[0].id)[0];
  const exit = old.at(-1)?.id;
  const inner = nodes.slice(1).map((it, index) => ({ from: nodes[index]?.id ?? "", to: it.id, slot: 0 }));
  return {
    nodes: graph.nodes.flatMap((it) => (it === old[0] ? nodes : gone.has(it.id) ? [] : [it])),
    wires: graph.wires.flatMap((wire) => {
      if (wire === entry) return [{ from: source, to: first?.id ?? "", slot: 0 }, ...inner];
      if (wire.from === exit) return [{ ...wire, from: last?.id ?? "" }];
      return gone.has(wire.to) ? [] : [wire];
    }),
  };
}

/** Moves what comes after the new layers: down as far as they are longer, up as far as nothing is in the way. */
function roomAdjusted<G extends Graph>(graph: G, last: string, growth: number): G {
  const after = downstream(graph, last);
  const moving = [...after].filter((it) => it !== last);
  const top = (id: string): number => nodeOf(graph, id)?.at[1] ?? 0;
  const next = wiresOutOf(graph, last).map(({ to }) => top(to));
  if (growth > 0) {
    const missing = top(last) + pitch - Math.min(...next);
    return missing > 0 && next.length ? moveNodes(graph, moving, [0, missing]) : graph;
  }
  const gaps = graph.wires
    .filter(({ from, to }) => after.has(to) && to !== last && (from === last || !after.has(from)))
    .map(({ from, to }) => top(to) - top(from) - pitch);
  const up = Math.max(0, Math.min(-growth, ...gaps));
  return up > 0 ? moveNodes(graph, moving, [0, -up]) : graph;
}
