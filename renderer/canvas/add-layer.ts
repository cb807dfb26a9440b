import { below, card, pitch } from "../../shared/graph/card.ts";
import { type Added, addNode, connect, insertOnWire } from "../../shared/graph/edits.ts";
import { type Graph, nodeOf, type Point, wiresOutOf } from "../../shared/graph/graph.ts";
import { type KindName, kinds } from "../../shared/nodes/index.ts";

/** Adds a layer behind another: on its only outgoing wire, else as a new branch of it. */
export function addBehind<G extends Graph>(graph: G, from: string, kind: KindName): Added<G> {
  const source = nodeOf(graph, from);
  if (!source || kinds[kind].takes === "nothing") return addNode(graph, kind, freePlace(graph, [0, 0]));
  const [wire, ...others] = wiresOutOf(graph, from);
  if (wire && others.length === 0) return insertOnWire(graph, wire, kind);
  const { graph: grown, id } = addNode(graph, kind, freePlace(graph, below(source.at)));
  return { graph: connect(grown, from, id), id };
}

/** The wanted place, or the next free one to its right, so that no card covers another. */
export function freePlace(graph: Graph, [x, y]: Point): Point {
  const step = card.width + 40;
  const isTaken = (at: Point): boolean =>
    graph.nodes.some(
      (it) => Math.abs(it.at[0] - at[0]) < card.width && Math.abs(it.at[1] - at[1]) < pitch - 40,
    );
  let place: Point = [x, y];
  while (isTaken(place)) place = [place[0] + step, y];
  return place;
}

/** The layer that everything so far leads to: where people go on when nothing is selected. */
export const lastLayer = (graph: Graph): string | undefined =>
  graph.nodes.filter((it) => graph.wires.every((wire) => wire.from !== it.id)).at(-1)?.id;
