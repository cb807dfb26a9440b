import { expect, test } from "vitest";
import type { Graph } from "../graph/graph.ts";
import type { KindName } from "../nodes/index.ts";
import type { Values } from "../nodes/settings.ts";
import { show } from "../nodes/shape.ts";
import { compile } from "./compile.ts";

/** A chain in the test's own notation; ids are the kinds with their place. */
const chain = (...layers: readonly (readonly [KindName, Values?])[]): Graph => {
  const nodes = layers.map(([kind, values = {}], index) => ({
    id: `l${index}`,
    kind,
    values,
    at: [0, 0] as const,
  }));
  return { nodes, wires: nodes.slice(1).map((it, index) => ({ from: `l${index}`, to: it.id, slot: 0 })) };
};
const image = (height: number, width = height, channels = 1) =>
  ["input", { height, width, channels }] as const;
const summary = (graph: Graph) => compile(graph).steps.map((it) => `${show(it.output)} ${it.parameters}`);

const conv = (filters: number, kernel = 3) => ["conv2d", { filters, kernel }] as const;
const cnn = chain(
  image(28),
  conv(8),
  conv(8),
  ["maxPool2d"],
  conv(16),
  conv(16),
  ["maxPool2d"],
  ["flatten"],
  ["dense", { units: 40 }],
  ["dense", { units: 10, activation: "softmax" }],
);
const fcnn = chain(
  image(28),
  ["flatten"],
  ["dense", { units: 100 }],
  ["dense", { units: 50 }],
  ["dense", { units: 10 }],
);
const lenet = chain(
  image(28),
  conv(8, 5),
  ["maxPool2d"],
  conv(16, 5),
  ["maxPool2d"],
  ["flatten"],
  ["dense", { units: 64 }],
  ["dense", { units: 10 }],
);
const edgeLover = (filters: number) =>
  chain(
    image(50),
    ["conv2d", { filters, kernel: 5, activation: "linear" }],
    ["globalMaxPool2d"],
    ["dense", { units: 2 }],
  );

test("the course's networks have the course's parameter counts", () => {
  expect(compile(cnn).totals.parameters).toBe(35_962);
  expect(compile(cnn).steps.map((it) => it.parameters)).toEqual([
    0, 80, 584, 0, 1168, 2320, 0, 0, 31_400, 410,
  ]);
  expect(compile(fcnn).totals.parameters).toBe(84_060);
  expect(compile(chain(image(28), ["flatten"], ["dense", { units: 10 }])).totals.parameters).toBe(7850);
  expect(compile(lenet).totals.parameters).toBe(54_314);
  expect(compile(edgeLover(1)).totals.parameters).toBe(30);
  expect(compile(edgeLover(2)).totals.parameters).toBe(58);
  expect(compile(chain(image(28, 28, 3), conv(6, 5))).totals.parameters).toBe(456);
});

test("multiply-adds by hand: 28·28·8·25 + 14·14·16·8·25 + 784·64 + 64·10", () => {
  expect(compile(lenet).totals.macs).toBe(156_800 + 627_200 + 50_176 + 640);
});

test("receptive fields: two 3×3 see 5×5, three 7×7; LeNet's maps see 16×16", () => {
  const bare = ["conv2d", { filters: 1, bias: false }] as const;
  expect(compile(chain(image(28), bare, bare)).totals).toMatchObject({
    receptiveField: [5, 5],
    parameters: 18,
  });
  expect(compile(chain(image(28), bare, bare, bare)).totals).toMatchObject({
    receptiveField: [7, 7],
    parameters: 27,
  });
  expect(compile(lenet).totals.receptiveField).toEqual([16, 16]);
  expect(compile(fcnn).totals.receptiveField).toEqual([28, 28]);
  expect(compile(chain(image(28), ["shufflePixels"], bare)).totals.receptiveField).toEqual([28, 28]);
});

test("activation memory counts every output of one image as float32", () => {
  expect(compile(chain(image(2), ["flatten"], ["dense", { units: 3 }])).totals.activationBytes).toBe(
    4 * (4 + 4 + 3),
  );
});

const problemsOf = (graph: Graph) =>
  compile(graph).problems.map((it) => `${it.node ?? "design"}: ${it.message}`);

test("a window that does not fit is reported once, at its own node", () => {
  const graph = chain(image(3), ["conv2d", { kernel: 5, padding: "valid" }], ["flatten"], ["dense"]);
  expect(problemsOf(graph)).toEqual(["l1: A 5×5 window does not fit in 3×3×1."]);
  expect(summary(graph)).toEqual(["3×3×1 0"]);
});

test("words name what was met", () => {
  expect(problemsOf(chain(image(7, 7, 16), ["dense"]))).toEqual(["l1: Dense needs a vector, got 7×7×16."]);
  expect(problemsOf(chain(image(7), ["conv2d", { filters: 0 }], ["flatten"]))).toEqual([
    "l1: Filters must be a whole number from 1 to 65536, got 0.",
  ]);
  expect(problemsOf({ nodes: [], wires: [] })).toEqual(["design: The design is empty. Start with an input."]);
  const loop = chain(image(4), ["conv2d"], ["conv2d"], ["conv2d"]);
  const cycle = { ...loop, wires: [...loop.wires.slice(1), { from: "l3", to: "l1", slot: 0 }] };
  expect(problemsOf(cycle)[0]).toContain("The wires run in a circle: l");
});

test("a design must fit its data", () => {
  const data = { example: [28, 28, 1], classes: 10 } as const;
  const graph = chain(image(20), ["flatten"], ["dense", { units: 7 }]);
  const { problems, ready } = compile(graph, { data });
  expect(ready).toBe(false);
  expect(problems.map((it) => it.message)).toEqual([
    "The input takes 20×20×1, the images are 28×28×1.",
    "The output gives 7 values, the data has 10 classes.",
  ]);
  const mended = problems.reduce((it, problem) => problem.repairs[0]?.apply(it) ?? it, graph);
  expect(compile(mended, { data })).toMatchObject({ ready: true, problems: [] });
});

test("an edit keeps the steps upstream of it", () => {
  const before = compile(lenet);
  const changed = lenet.nodes.with(3, {
    ...(lenet.nodes[3] ?? expect.unreachable()),
    values: { filters: 4 },
  });
  const after = compile({ ...lenet, nodes: changed });
  expect(after.steps.slice(0, 3).every((it, index) => it === before.steps[index])).toBe(true);
  expect(after.steps[3]?.output).toEqual([14, 14, 4]);
});
