import { layout, Graph as Sketch } from "@dagrejs/dagre";
import { card, grid, pitch } from "./card.ts";
import { placeNodes } from "./edits.ts";
import type { Graph, GraphNode, Point } from "./graph.ts";
import { rows } from "./rows.ts";

/** Card heights in pixels, where they are known. */
export type HeightOf = (node: GraphNode) => number;

/**
 * Tidies the canvas: data flows from top to bottom and wires cross little. The upper left corner of the drawing stays
 * where it was; cards come to stand on the grid.
 */
export function arrange<G extends Graph>(graph: G, heightOf: HeightOf = () => card.height): G {
  if (graph.nodes.length === 0) return graph;
  // dagre takes seconds for a thousand nodes and overflows the stack on chains of a few thousand (measured, 3.1.3).
  const places = graph.nodes.length > 300 ? inRows(graph, heightOf) : layered(graph, heightOf);
  const [left, top] = corner([...places.values()]);
  const [x, y] = corner(graph.nodes.map((it) => it.at));
  const moved = ([ownX, ownY]: Point): Point => [onGrid(ownX - left + x), onGrid(ownY - top + y)];
  return placeNodes(graph, new Map([...places].map(([id, place]) => [id, moved(place)])));
}

/** A layered drawing by dagre (after Gansner et al. 1993, "A technique for drawing directed graphs"). */
function layered(graph: Graph, heightOf: HeightOf): ReadonlyMap<string, Point> {
  const sketch = new Sketch({ multigraph: true });
  sketch.setGraph({ rankdir: "TB", nodesep: 2 * grid, ranksep: pitch - card.height });
  for (const node of graph.nodes) sketch.setNode(node.id, { width: card.width, height: heightOf(node) });
  for (const { from, to, slot } of graph.wires) sketch.setEdge(from, to, {}, String(slot));
  layout(sketch);
  return new Map(
    graph.nodes.map((node) => {
      const { x = 0, y = 0 } = sketch.node(node.id);
      // dagre gives centres.
      return [node.id, [x - card.width / 2, y - heightOf(node) / 2]];
    }),
  );
}

function inRows(graph: Graph, heightOf: HeightOf): ReadonlyMap<string, Point> {
  const heights = new Map(graph.nodes.map((it) => [it.id, heightOf(it)]));
  const places = new Map<string, Point>();
  let top = 0;
  for (const row of rows(graph)) {
    for (const [column, id] of row.entries()) places.set(id, [column * (card.width + 2 * grid), top]);
    const tallest = row.reduce((most, id) => Math.max(most, heights.get(id) ?? 0), 0);
    top += Math.ceil((tallest + pitch - card.height) / grid) * grid;
  }
  return places;
}

function corner(places: readonly Point[]): Point {
  const least = (axis: 0 | 1): number => places.reduce((best, it) => Math.min(best, it[axis]), Infinity);
  return [least(0), least(1)];
}

const onGrid = (pixels: number): number => Math.round(pixels / grid) * grid;
