import fc from "fast-check";
import type { Graph, GraphNode, Wire } from "../graph/graph.ts";
import type { KindName } from "../nodes/index.ts";
import type { Values } from "../nodes/settings.ts";

/** Something that goes wrong in a drawing, for tests. Positions are taken modulo what is there. */
export type Trouble = (graph: Graph) => Graph;

const place = fc.nat(30);

export const arbitraryTroubles = (): fc.Arbitrary<readonly Trouble[]> =>
  fc.array(
    fc.oneof(
      fc.tuple(place, place, fc.nat(2)).map((it) => strayWire(...it)),
      place.map(lostWire),
      fc.constant(lostInputs),
      fc.tuple(place, fc.integer({ min: 1, max: 6 }), fc.boolean()).map((it) => circle(...it)),
      fc.integer({ min: 1, max: 4 }).map(island),
      fc.tuple(place, fc.boolean()).map((it) => secondInput(...it)),
      fc.integer({ min: 1, max: 30 }).map(vectorInput),
      fc.tuple(place, fc.constantFrom("add", "multiply", "concat")).map((it) => gate(...it)),
      place.map(huge),
      place.map(takenSlot),
    ),
    { maxLength: 3 },
  );

const strayWire =
  (from: number, to: number, slot: number): Trouble =>
  (graph) =>
    wired(graph, at(graph.nodes, from), at(graph.nodes, to), slot);

const lostWire =
  (which: number): Trouble =>
  (graph) => ({ ...graph, wires: graph.wires.filter((it) => it !== at(graph.wires, which)) });

const lostInputs: Trouble = ({ nodes, wires }) => {
  const kept = nodes.filter((it) => it.kind !== "input");
  const ids = new Set(kept.map((it) => it.id));
  return { nodes: kept, wires: wires.filter((it) => ids.has(it.from) && ids.has(it.to)) };
};

/** A wire back over some layers, beside the wire that enters there or instead of it. */
const circle =
  (start: number, length: number, instead: boolean): Trouble =>
  (graph) => {
    const first = start % Math.max(1, graph.nodes.length);
    const to = graph.nodes[first];
    const from = graph.nodes[Math.min(first + length - 1, graph.nodes.length - 1)];
    const left = instead ? { ...graph, wires: graph.wires.filter((it) => it.to !== to?.id) } : graph;
    return wired(left, from, to, 0);
  };

/** Layers wired to each other and to nothing else. */
const island =
  (length: number): Trouble =>
  (graph) => {
    const kinds: readonly KindName[] = ["conv2d", "maxPool2d", "add", "flatten"];
    let grown = graph;
    for (const kind of kinds.slice(0, length)) {
      const before = grown === graph ? undefined : grown.nodes.at(-1);
      grown = added(grown, kind, {});
      grown = wired(grown, before, grown.nodes.at(-1), 0);
    }
    return grown;
  };

/** Another input into some layer, of the first one's shape or of its own. */
const secondInput =
  (target: number, alike: boolean): Trouble =>
  (graph) => {
    const first = graph.nodes.find((it) => it.kind === "input");
    const grown = added(graph, "input", alike && first ? first.values : { height: 5, width: 4 });
    return wired(grown, grown.nodes.at(-1), at(graph.nodes, target), 1);
  };

const vectorInput =
  (length: number): Trouble =>
  (graph) => ({
    ...graph,
    nodes: graph.nodes.map((it) => (it.kind === "input" ? { ...it, values: { shape: [length] } } : it)),
  });

/** A merge of an image with a vector that is made of it. */
const gate =
  (source: number, kind: KindName): Trouble =>
  (graph) => {
    const from = at(graph.nodes, source);
    const pooled = added(graph, "globalAvgPool2d", {});
    const vector = pooled.nodes.at(-1);
    const merged = added(wired(pooled, from, vector, 0), kind, {});
    const merge = merged.nodes.at(-1);
    return wired(wired(merged, from, merge, 0), vector, merge, 1);
  };

/** Settings in range that make arrays no backend can index. */
const huge =
  (which: number): Trouble =>
  (graph) => {
    const chosen = at(graph.nodes, which);
    const nodes = graph.nodes.map((it) =>
      it === chosen ? { ...it, values: { ...it.values, ...hugeSettings(it.kind) } } : it,
    );
    return { ...graph, nodes };
  };

function hugeSettings(kind: KindName): Values {
  if (kind === "input") return { height: 8192, width: 8192, channels: 256 };
  if (kind === "dense") return { units: 65_536 };
  return kind === "conv2d" ? { filters: 65_536, kernel: 301 } : {};
}

const takenSlot =
  (which: number): Trouble =>
  (graph) => {
    const wire = at(graph.wires, which);
    return wire
      ? { ...graph, wires: [...graph.wires, { ...wire, from: graph.nodes[0]?.id ?? wire.from }] }
      : graph;
  };

const at = <T>(list: readonly T[], index: number): T | undefined => list[index % Math.max(1, list.length)];

const wired = (
  graph: Graph,
  from: GraphNode | undefined,
  to: GraphNode | undefined,
  slot: Wire["slot"],
): Graph => (from && to ? { ...graph, wires: [...graph.wires, { from: from.id, to: to.id, slot }] } : graph);

const added = (graph: Graph, kind: KindName, values: Values): Graph => {
  const last = graph.nodes.length;
  return { ...graph, nodes: [...graph.nodes, { id: `m${last}`, kind, values, at: [200, last * 180] }] };
};
