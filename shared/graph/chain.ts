import type { KindName } from "../nodes/index.ts";
import type { Values } from "../nodes/settings.ts";
import { below } from "./card.ts";
import { addNode, connect } from "./edits.ts";
import type { Design, Point } from "./graph.ts";

/** A kind, with the settings that differ from its defaults. */
export type Link = KindName | readonly [kind: KindName, values: Values];

/** A design of layers one below the other, each wired to the next. */
export function chain(name: string, links: readonly Link[]): Design {
  let design: Design = { name, nodes: [], wires: [] };
  let last: { readonly id: string; readonly at: Point } | undefined;
  for (const link of links) {
    const [kind, values] = typeof link === "string" ? [link, {}] : link;
    const at: Point = last ? below(last.at) : [0, 0];
    const { graph, id } = addNode(design, kind, at, values);
    design = last ? connect(graph, last.id, id) : graph;
    last = { id, at };
  }
  return design;
}
