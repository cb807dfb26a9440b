import { chain, type Link } from "../shared/graph/chain.ts";
import type { Design, GraphNode, Wire } from "../shared/graph/graph.ts";
import type { KindName } from "../shared/nodes/index.ts";
import type { Values } from "../shared/nodes/settings.ts";

const conv = (filters: number, kernel = 3, more: Values = {}): Link => [
  "conv2d",
  { filters, kernel, ...more },
];
const dense = (units: number, more: Values = {}): Link => ["dense", { units, ...more }];
const output = dense(10, { activation: "softmax" });
const colour: Link = ["input", { height: 32, width: 32, channels: 3 }];
const tanh = { activation: "tanh" };

/** The CNN with 35,962 parameters, something behind every convolution and before the output. */
const cnn = (behind: readonly Link[] = [], before: readonly Link[] = []): readonly Link[] => [
  "input",
  ...[conv(8), ...behind, conv(8), ...behind, "maxPool2d" as const],
  ...[conv(16), ...behind, conv(16), ...behind, "maxPool2d" as const],
  "flatten",
  dense(40),
  ...before,
  output,
];

/** The networks that `pytorch.py` builds too, under the same names. */
export const networks: readonly Design[] = [
  chain("fcNN", ["input", "flatten", dense(100), dense(50), output]),
  chain("CNN", cnn()),
  chain("LeNet", ["input", conv(8, 5), "maxPool2d", conv(16, 5), "maxPool2d", "flatten", "dense", output]),
  chain("LeNet-5", [
    "input",
    conv(6, 5, tanh),
    "avgPool2d",
    conv(16, 5, { ...tanh, padding: "valid" }),
    "avgPool2d",
    "flatten",
    dense(120, tanh),
    dense(84, tanh),
    output,
  ]),
  chain("CNN, batch norm", cnn(["batchNorm"], [["dropout", { rate: 0.3 }]])),
  residual("Residual"),
  chain("VGG-small", [
    colour,
    conv(32),
    conv(32),
    "maxPool2d",
    conv(64),
    conv(64),
    "maxPool2d",
    "flatten",
    dense(128),
    output,
  ]),
];
export const batches = [32, 128] as const;

/** Three stages of 16, 32 and 64 channels, two blocks each (after He et al. 2016, section 4.2). */
function residual(name: string): Design {
  const nodes: GraphNode[] = [];
  const wires: Wire[] = [];
  const put = (kind: KindName, values: Values, ...sources: readonly string[]): string => {
    const id = `${kind.toLowerCase()}_${nodes.length}`;
    nodes.push({ id, kind, values, at: [0, 0] });
    wires.push(...sources.map((from, slot) => ({ from, to: id, slot })));
    return id;
  };
  const linear = (from: string, filters: number, kernel: number, stride: number): string =>
    put("batchNorm", {}, put("conv2d", { filters, kernel, stride, bias: false, activation: "linear" }, from));
  const relu = (from: string): string => put("activation", {}, from);
  const block = (from: string, filters: number, stride: number): string => {
    const deep = linear(relu(linear(from, filters, 3, stride)), filters, 3, 1);
    const skip = stride === 1 ? from : linear(from, filters, 1, stride);
    return relu(put("add", {}, deep, skip));
  };
  let last = relu(linear(put("input", { height: 32, width: 32, channels: 3 }), 16, 3, 1));
  for (const [filters, stride] of [
    [16, 1],
    [32, 2],
    [64, 2],
  ] as const)
    last = block(block(last, filters, stride), filters, 1);
  put("dense", { units: 10, activation: "softmax" }, put("globalAvgPool2d", {}, last));
  return { name, nodes, wires };
}
