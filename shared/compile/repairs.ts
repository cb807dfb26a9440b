import { pitch } from "../graph/card.ts";
import { addNode, connect, insertOnWire, reconnect, removeNodes } from "../graph/edits.ts";
import { type Graph, type GraphNode, nodeOf, type Wire, wiresInto } from "../graph/graph.ts";
import { reaches } from "../graph/reach.ts";
import { type KindName, kinds } from "../nodes/index.ts";
import type { Kind } from "../nodes/kind.ts";
import { showPair, type Values } from "../nodes/settings.ts";
import { isImage, isVector, type Shape, show, volume } from "../nodes/shape.ts";
import type { Wired } from "./order.ts";
import type { Repair, Step } from "./plan.ts";

/** An input above everything, wired to the topmost node that takes one and has none. */
export const addInput = (): Repair => ({
  title: "Add an input",
  apply(graph) {
    const top = Math.min(0, ...graph.nodes.map((it) => it.at[1] - pitch));
    const left = graph.nodes[0]?.at[0] ?? 0;
    const added = addNode(graph, "input", [left, top]);
    const open = graph.nodes
      .filter((it) => kinds[it.kind].takes !== "nothing" && wiresInto(graph, it.id).length === 0)
      .toSorted((a, b) => a.at[1] - b.at[1])[0];
    return open ? connect(added.graph, added.id, open.id) : added.graph;
  },
});

interface Unconnected {
  readonly node: GraphNode;
  readonly kind: Kind;
  readonly graph: Graph;
  readonly wired: Wired;
  readonly steps: ReadonlyMap<string, Step>;
}

/** Wires from layers that fit, those without a wire going out and near above first; or removal. */
export function connectRepairs({ node, kind, graph, wired, steps }: Unconnected): readonly Repair[] {
  const before = new Set(wiresInto(graph, node.id).map((it) => it.from));
  const distance = (it: GraphNode): number =>
    Math.hypot(it.at[0] - node.at[0], it.at[1] - node.at[1]) + (it.at[1] > node.at[1] ? 10_000 : 0);
  const candidates = graph.nodes
    .filter((it) => it.id !== node.id && !before.has(it.id) && fits(kind, steps.get(it.id)?.output))
    .toSorted(
      (a, b) =>
        Number(wired.feeding.has(a.id)) - Number(wired.feeding.has(b.id)) || distance(a) - distance(b),
    )
    .slice(0, 8)
    .filter((it) => !reaches(graph, node.id, it.id))
    .slice(0, 2);
  return [
    ...candidates.map(({ id }) => ({
      title: `Connect ${id} → ${node.id}`,
      apply: (it: Graph) => connect(it, id, node.id),
    })),
    { title: `Remove ${node.id}`, apply: (it) => removeNodes(it, [node.id]) },
  ];
}

const fits = ({ takes }: Kind, output: Shape | undefined): boolean =>
  output !== undefined &&
  (takes === "image" ? isImage(output) : takes === "vector" ? isVector(output) : true);

/** Ways to turn what a wire brings into what the node takes. */
export function rankRepairs(
  { node, kind, graph }: Pick<Unconnected, "node" | "kind" | "graph">,
  wire: Wire,
  source: Step,
): readonly Repair[] {
  if (kind.takes === "vector" && isImage(source.output))
    return [
      insert(wire, "flatten", {}, `Insert Flatten → ${volume(source.output)}`),
      insert(wire, "globalAvgPool2d", {}, `Insert Global Average Pool → ${source.output[2]}`),
    ];
  // An image that was made a vector before: take it from where it still is one.
  const [origin] = source.inputs;
  const [originId] = source.sources;
  if (kind.takes !== "image" || !origin || !isImage(origin) || originId === undefined) return [];
  const onlyHere = graph.wires.filter((it) => it.from === source.node.id).length === 1;
  return [
    onlyHere
      ? { title: `Remove ${source.node.id}`, apply: (it) => removeNodes(it, [source.node.id]) }
      : {
          title: `Take ${show(origin)} from ${originId}`,
          apply: (it) => reconnect(it, wire, originId, node.id),
        },
  ];
}

const insert = (wire: Wire, kind: KindName, values: Values, title: string): Repair => ({
  title,
  apply: (graph) => insertOnWire(graph, wire, kind, values).graph,
});

/** Makes the inputs of a merge alike: pool the larger image, or bring the channels to the same number by a 1×1 convolution. */
export function mergeRepairs(
  node: GraphNode,
  wires: readonly Wire[],
  sources: readonly Step[],
): readonly Repair[] {
  const arriving = wires.flatMap((wire) => {
    const shape = sources.find((it) => it.node.id === wire.from)?.output;
    return shape && isImage(shape) ? [{ wire, shape }] : [];
  });
  const [first] = arriving;
  if (!first) return [];
  const smallest = arriving.reduce((least, it) =>
    volume(it.shape.slice(0, 2)) < volume(least.shape.slice(0, 2)) ? it : least,
  );
  const [height, width] = smallest.shape;
  const larger = arriving.filter((it) => it.shape[0] !== height || it.shape[1] !== width);
  if (larger.length) {
    const ratios = larger.map(({ wire, shape }) => ({
      wire,
      size: [shape[0] / height, shape[1] / width] as const,
    }));
    if (ratios.some(({ size }) => !size.every(Number.isInteger))) return [];
    const words = ratios
      .map(({ wire, size }) => `Max Pool ${showPair(size)} behind ${wire.from}`)
      .join(" and ");
    return [
      {
        title: `Insert ${words}`,
        apply: (graph) =>
          ratios.reduce(
            (it, { wire, size }) =>
              insertOnWire(it, wire, "maxPool2d", { size: size[0] === size[1] ? size[0] : size }).graph,
            graph,
          ),
      },
    ];
  }
  if (node.kind !== "add") return [];
  const channels = first.shape[2];
  const odd = arriving.filter((it) => it.shape[2] !== channels);
  return [
    {
      title: `Insert Conv 2D 1×1 with ${channels} filters behind ${odd.map((it) => it.wire.from).join(" and ")}`,
      apply: (graph) =>
        odd.reduce(
          (it, { wire }) =>
            insertOnWire(it, wire, "conv2d", { filters: channels, kernel: 1, activation: "linear" }).graph,
          graph,
        ),
    },
  ];
}

/** Gives the wires into a merge the slots 0, 1, 2 … in their order. */
export const renumberSlots = (node: GraphNode): Repair => ({
  title: "Give each wire an input of its own",
  apply(graph) {
    const order = new Map(wiresInto(graph, node.id).map((it, slot) => [it, slot]));
    return { ...graph, wires: graph.wires.map((it) => ({ ...it, slot: order.get(it) ?? it.slot })) };
  },
});

/** New layers behind a node, in a row. */
export const appendLayers = (
  behind: string,
  layers: readonly (readonly [KindName, Values])[],
  title: string,
): Repair => ({
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
