import { compile } from "../shared/compile/compile.ts";
import { setValues } from "../shared/graph/edits.ts";
import type { Graph, GraphNode } from "../shared/graph/graph.ts";
import type { KindName } from "../shared/nodes/index.ts";
import { median, type Row } from "./measure.ts";

/** A chain of convolutions with a skip connection every four layers. */
function deep(count: number): Graph {
  const nodes: GraphNode[] = [
    { id: "n0", kind: "input", values: { height: 64, width: 64, channels: 8 }, at: [0, 0] },
  ];
  const wires = [];
  for (let index = 1; index < count; index++) {
    const kind: KindName = index % 4 === 0 && index > 4 ? "add" : index % 4 === 1 ? "batchNorm" : "conv2d";
    nodes.push({ id: `n${index}`, kind, values: {}, at: [0, index * 180] });
    wires.push({ from: `n${index - 1}`, to: `n${index}`, slot: 0 });
    if (kind === "add") wires.push({ from: `n${index - 4}`, to: `n${index}`, slot: 1 });
  }
  return { nodes, wires };
}

const fresh = (graph: Graph): Graph => ({ ...graph, nodes: graph.nodes.map((it) => ({ ...it })) });

/** Milliseconds to compile a whole design, and one after a change of one setting in its middle and near its end. */
export function compileFigures(): readonly Row[] {
  const rows: Row[] = [];
  for (const count of [100, 1000, 10_000]) {
    const graph = deep(count);
    if (!compile(graph).ready) throw new Error("the benchmark's design does not compile");
    const runs = count > 1000 ? 9 : 41;
    rows.push({ what: `compile ${count} nodes, all new`, ms: median(runs, () => fresh(graph), compile) });
    const edited = (place: number) => {
      let turn = 1;
      let at = graph;
      return median(
        runs,
        () => (at = setValues(at, `n${place}`, { activation: turn++ % 2 ? "tanh" : "relu" })),
        compile,
      );
    };
    rows.push({ what: `compile ${count} nodes after an edit in the middle`, ms: edited(count / 2 + 2) });
    rows.push({
      what: `compile ${count} nodes after an edit at the end`,
      ms: edited(count - 1 - ((count - 1) % 4) - 1),
    });
  }
  return rows;
}
