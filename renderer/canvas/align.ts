import { placeNodes } from "../../shared/graph/edits.ts";
import type { Graph, Point } from "../../shared/graph/graph.ts";

/** One column: all left edges under the first card's. */
export const inColumn = <G extends Graph>(graph: G, ids: readonly string[]): G =>
  aligned(graph, ids, ([left], [, top]) => [left, top]);

/** One row: all upper edges on the first card's line. */
export const inRow = <G extends Graph>(graph: G, ids: readonly string[]): G =>
  aligned(graph, ids, ([, top], [left]) => [left, top]);

function aligned<G extends Graph>(
  graph: G,
  ids: readonly string[],
  place: (first: Point, at: Point) => Point,
): G {
  const chosen = graph.nodes.filter((it) => ids.includes(it.id));
  const [first] = chosen;
  if (!first) return graph;
  return placeNodes(graph, new Map(chosen.map((it) => [it.id, place(first.at, it.at)])));
}
