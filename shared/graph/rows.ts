import type { Graph } from "./graph.ts";
import { wiresBy } from "./reach.ts";

/**
 * Node ids in rows: each node one row below the lowest node that feeds it (Kahn 1962). Nodes on and behind circles come
 * in a row of their own at the end.
 */
export function rows(graph: Graph): readonly (readonly string[])[] {
  const arriving = wiresBy(graph.wires, "to");
  const leaving = wiresBy(graph.wires, "from");
  const waiting = new Map(graph.nodes.map((it) => [it.id, arriving.get(it.id)?.length ?? 0]));
  const found: string[][] = [];
  let row = graph.nodes.filter((it) => waiting.get(it.id) === 0).map((it) => it.id);
  while (row.length) {
    found.push(row);
    const next: string[] = [];
    for (const id of row) {
      waiting.delete(id);
      for (const { to } of leaving.get(id) ?? []) {
        const left = (waiting.get(to) ?? 0) - 1;
        waiting.set(to, left);
        if (left === 0) next.push(to);
      }
    }
    row = next;
  }
  return waiting.size ? [...found, [...waiting.keys()]] : found;
}
