import { compile } from "../shared/compile/compile.ts";
import { setValues } from "../shared/graph/edits.ts";
import type { Graph, GraphNode, Wire } from "../shared/graph/graph.ts";
import type { KindName } from "../shared/nodes/index.ts";
import type { Values } from "../shared/nodes/settings.ts";
import { median, type Row } from "./measure.ts";

/** Layers one after the other; a block may take up what an earlier one left. */
interface Drawing {
  readonly nodes: GraphNode[];
  readonly wires: Wire[];
}

function put({ nodes, wires }: Drawing, kind: KindName, values: Values, ...from: readonly string[]): string {
  const id = `n${nodes.length}`;
  nodes.push({ id, kind, values, at: [0, nodes.length * 180] });
  for (const [slot, source] of from.entries()) wires.push({ from: source, to: id, slot });
  return id;
}

type Block = (on: Drawing, from: string) => string;

/** Two convolutions with batch norm, added to what came in. */
const residual: Block = (on, from) => {
  const first = put(on, "conv2d", { bias: false }, from);
  const normal = put(on, "batchNorm", {}, first);
  const second = put(on, "conv2d", { dilation: 2 }, normal);
  return put(on, "add", {}, second, from);
};

/** Down and up twice, with what was there before laid beside it. */
const unet: Block = (on, from) => {
  const left = put(on, "conv2d", {}, from);
  const half = put(on, "maxPool2d", {}, left);
  const middle = put(on, "conv2d", {}, half);
  const quarter = put(on, "avgPool2d", {}, middle);
  const bottom = put(on, "separableConv2d", {}, quarter);
  const back = put(on, "conv2dTranspose", { stride: 2 }, bottom);
  const joined = put(on, "concat", {}, back, middle);
  const larger = put(on, "upsample2d", { interpolation: "bilinear" }, joined);
  const whole = put(on, "concat", {}, larger, left);
  return put(on, "conv2d", { kernel: 1 }, whole);
};

/** Every map in itself, then a gate over all. */
const gated: Block = (on, from) => {
  const deep = put(on, "depthwiseConv2d", {}, from);
  const normal = put(on, "layerNorm", {}, deep);
  const mixed = put(on, "conv2d", { kernel: 1, activation: "sigmoid" }, normal);
  const gate = put(on, "multiply", {}, mixed, from);
  return put(on, "activation", { function: "swish" }, gate);
};

/** At least `count` nodes: residual, U-Net-like and gated blocks in turn. */
function deep(count: number): Graph {
  const on: Drawing = { nodes: [], wires: [] };
  let last = put(on, "input", { height: 64, width: 64, channels: 8 });
  const blocks = [residual, unet, residual, gated];
  for (let turn = 0; on.nodes.length < count; turn++) last = blocks[turn % blocks.length]?.(on, last) ?? last;
  return on;
}

const fresh = (graph: Graph): Graph => ({ ...graph, nodes: graph.nodes.map((it) => ({ ...it })) });

/** Milliseconds to compile a whole design, and one after a change of one setting at three places. */
export function compileFigures(): readonly Row[] {
  const rows: Row[] = [];
  for (const count of [100, 1000, 10_000]) {
    const graph = deep(count);
    const { ready, problems } = compile(graph);
    if (!ready) throw new Error(`the benchmark's design does not compile: ${problems[0]?.message}`);
    const runs = count > 1000 ? 15 : 41;
    rows.push({ what: `compile ${count} nodes, all new`, ms: median(runs, () => fresh(graph), compile) });
    const convolutions = graph.nodes.filter((it) => it.kind === "conv2d");
    const edited = (share: number, values: (turn: number) => Values): number => {
      const { id } = convolutions[Math.floor(share * (convolutions.length - 1))] ?? { id: "" };
      let turn = 0;
      let at = graph;
      return median(runs, () => (at = setValues(at, id, values(turn++))), compile);
    };
    const quiet = (turn: number): Values => ({ activation: turn % 2 ? "tanh" : "relu" });
    // A wider kernel is seen by everything behind it.
    const loud = (turn: number): Values => ({ kernel: turn % 2 ? 5 : 3 });
    rows.push({
      what: `compile ${count} nodes after another activation in the middle`,
      ms: edited(0.5, quiet),
    });
    rows.push({ what: `compile ${count} nodes after another kernel near the end`, ms: edited(0.95, loud) });
    rows.push({ what: `compile ${count} nodes after another kernel in the middle`, ms: edited(0.5, loud) });
  }
  return rows;
}
