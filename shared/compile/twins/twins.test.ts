import fc from "fast-check";
import { expect, test } from "vitest";
import { chain, type Link } from "../../graph/chain.ts";
import { connect, setValues } from "../../graph/edits.ts";
import { type Graph, nodeOf, wiresInto } from "../../graph/graph.ts";
import { templates } from "../../graph/templates.ts";
import { volume } from "../../nodes/shape.ts";
import { compile } from "../compile.ts";
import { replaceWithTwin } from "./replace.ts";
import { siteOf, type TwinName, type TwinWindow, twinNames } from "./site.ts";
import { twinsOf } from "./twins.ts";
import { weightsPerMap, wiringOf } from "./wiring.ts";

const drawn = (...links: readonly Link[]): Graph => chain("Test", ["input", ...links]);
const twinsIn = (graph: Graph, id: string, window?: TwinWindow) =>
  twinsOf(graph, compile(graph), id, { batch: 32, window });
const counts = (graph: Graph, id: string): readonly number[] => {
  const found = twinsIn(graph, id);
  if ("refused" in found) throw new Error(found.refused);
  return found.twins.map((it) => it.parameters);
};
const kindsIn = (graph: Graph) => graph.nodes.map((it) => it.kind);
const refusalOf = (graph: Graph, id: string, which: TwinName): string | undefined => {
  const found = twinsIn(graph, id);
  return "refused" in found ? found.refused : found.twins.find((it) => it.which === which)?.refused;
};

test("28×28×1 to 28×28×8 by 3×3 takes 4,923,520, 62,720 or 80 parameters", () => {
  const graph = drawn("conv2d", "flatten", ["dense", { units: 10 }]);
  expect(counts(graph, "conv_1")).toEqual([4_923_520, 62_720, 80]);
  const found = twinsIn(graph, "conv_1");
  const workings = "refused" in found ? [] : found.twins.map((it) => workedOf(it.derivations));
  expect(workings).toEqual([
    "784·6,272 + 6,272 = 4,923,520",
    "28·28·3·3·1·8 + 28·28·8 = 62,720",
    "3·3·1·8 + 8 = 80",
  ]);
});

const workedOf = (derivations: readonly { quantity: string; lines: readonly { worked: string }[] }[]) =>
  derivations.find((it) => it.quantity === "parameters")?.lines[0]?.worked;

test("a dense layer is a convolution whose window is the whole image", () => {
  const graph = drawn("flatten", ["dense", { units: 100 }], ["dense", { units: 10, activation: "softmax" }]);
  expect(counts(graph, "dense_1")).toEqual([78_500, 78_500, 78_500]);
  const { graph: swapped, id } = replaceWithTwin(graph, "dense_1", "conv2d");
  expect(id).toBe("conv_1");
  expect(nodeOf(swapped, id)?.values).toEqual({ filters: 100, kernel: [28, 28], padding: "valid" });
  expect(kindsIn(swapped)).toEqual(["input", "conv2d", "flatten", "dense"]);
  expect(nodeOf(swapped, "flatten_1")?.at).toEqual([0, 280]);
  expect(replaceWithTwin(swapped, id, "dense")).toEqual({ graph, id: "dense_1" });
});

test("a dense layer that gives a map becomes a convolution of the same size, of the window asked for", () => {
  const graph = drawn("flatten", ["dense", { units: 6272 }], ["reshape", { target: [28, 28, 8] }]);
  expect(counts(graph, "dense_1")).toEqual([4_923_520, 62_720, 80]);
  const window: TwinWindow = { kernel: [5, 5], stride: [1, 1], dilation: [1, 1], padding: "same" };
  const { graph: swapped } = replaceWithTwin(graph, "dense_1", "conv2d", window);
  expect(kindsIn(swapped)).toEqual(["input", "conv2d"]);
  expect(compile(swapped).totals.parameters).toBe(5 * 5 * 8 + 8);
});

test("windows between two sizes", () => {
  const windowTo = (target: readonly number[]) => {
    const units = volume(target);
    const graph = drawn("flatten", ["dense", { units }], ["reshape", { target }]);
    const site = siteOf(graph, compile(graph), "dense_1");
    return "refused" in site
      ? site.refused
      : `${site.window.kernel.join("×")} ${site.window.stride} ${site.window.padding}`;
  };
  expect(windowTo([14, 14, 2])).toBe("3×3 2,2 same");
  expect(windowTo([24, 24, 2])).toBe("5×5 1,1 valid");
  expect(windowTo([28, 14, 2])).toBe("3×3 1,2 same");
  expect(windowTo([1, 1, 9])).toBe("28×28 1,1 valid");
  expect(windowTo([30, 30, 1])).toBe("28×28 1,1 valid");
});

test("softmax over all units stays one: its convolution covers the whole image", () => {
  const graph = drawn("flatten", ["dense", { units: 784, activation: "softmax" }]);
  const { graph: swapped, id } = replaceWithTwin(graph, "dense_1", "conv2d");
  expect(nodeOf(swapped, id)?.values.kernel).toEqual([28, 28]);
  const maps = drawn(["conv2d", { activation: "softmax" }]);
  const dense = replaceWithTwin(maps, "conv_1", "dense");
  expect(kindsIn(dense.graph)).toEqual(["input", "flatten", "dense", "reshape", "activation"]);
  expect(nodeOf(dense.graph, dense.id)?.values.activation).toBe("linear");
});

test("says why a twin cannot be", () => {
  const dilated = drawn(["conv2d", { dilation: 2 }]);
  expect(refusalOf(dilated, "conv_1", "locallyConnected2d")).toBe(
    "A locally connected layer has no dilation, this convolution spreads its kernel by 2×2.",
  );
  expect(refusalOf(dilated, "conv_1", "dense")).toBeUndefined();
  const wide = chain("Wide", [["input", { height: 128, width: 128 }], "conv2d"]);
  expect(refusalOf(wide, "conv_1", "dense")).toBe(
    "It would need 131,072 units, one for each value of the output; a dense layer here has at most 65,536.",
  );
  expect(counts(wide, "conv_1")).toEqual([128 * 128 * 131_072 + 131_072, 128 * 128 * 80, 80]);
  const found = twinsIn(wide, "conv_1");
  expect("refused" in found ? "" : workedOf(found.twins[0]?.derivations ?? [])).toBe(
    "16,384·131,072 + 131,072 = 2,147,614,720",
  );
  const deep = chain("Deep", [
    ["input", { height: 64, width: 64, channels: 64 }],
    ["conv2d", { filters: 4 }],
    ["conv2d", { filters: 4 }],
  ]);
  expect(refusalOf(deep, "conv_1", "dense")).toMatch(/^Dense would have 4,?294,?983,?680 parameters/);
  expect(refusalOf(deep, "image", "dense")).toMatch(/^Input has no twins/);
  expect(refusalOf(drawn("flatten", "dense", "dense"), "dense_2", "dense")).toMatch(
    /takes a vector that is no/,
  );
  expect(replaceWithTwin(dilated, "conv_1", "locallyConnected2d").graph).toBe(dilated);
});

test("keeps names that the user chose, numbers where they are free, and the other nodes", () => {
  const digits = templates.find((it) => it.file === "digits")?.document.designs[0];
  if (!digits) throw new Error("no digits");
  const { graph, id } = replaceWithTwin(digits, "conv_2", "locallyConnected2d");
  expect(id).toBe("locally_connected_2");
  expect(graph.nodes.filter((it) => digits.nodes.includes(it))).toHaveLength(digits.nodes.length - 1);
  expect(replaceWithTwin(graph, id, "conv2d")).toEqual({ graph: digits, id: "conv_2" });
  expect(replaceWithTwin(digits, "conv_2", "dense").id).toBe("dense_3");
  const named = replaceWithTwin(drawnNamed("edges"), "edges", "dense");
  expect(named.id).toBe("edges");
});

const drawnNamed = (id: string): Graph => ({
  nodes: [
    { id: "image", kind: "input", values: {}, at: [0, 0] },
    { id, kind: "conv2d", values: {}, at: [0, 140] },
  ],
  wires: [{ from: "image", to: id, slot: 0 }],
});

test("cards stand in line, and what comes after makes room or comes back", () => {
  const graph = drawn("conv2d", "maxPool2d", "flatten", ["dense", { units: 10 }]);
  const dense = replaceWithTwin(graph, "conv_1", "dense").graph;
  expect(dense.nodes.map((it) => it.at[1])).toEqual([0, 140, 280, 420, 560, 700, 840]);
  const again = replaceWithTwin(dense, "dense_2", "conv2d").graph;
  expect(again.nodes.map((it) => it.at)).toEqual(graph.nodes.map((it) => it.at));
});

test("a merge keeps its slots, and a Flatten that others use stays", () => {
  const skip = connect(drawn("conv2d", "conv2d", "add"), "conv_1", "add_1", 1);
  const swapped = replaceWithTwin(skip, "conv_2", "dense").graph;
  expect(compile(swapped).ready).toBe(true);
  expect(wiresInto(swapped, "add_1").map((it) => it.from)).toEqual(["reshape_1", "conv_1"]);

  const forked = connect(drawn("flatten", "dense", "dense", "concat"), "dense_2", "concat_1", 1);
  const both = connect(connect(forked, "flatten_1", "dense_2"), "dense_1", "concat_1", 0);
  const conv = replaceWithTwin(both, "dense_1", "conv2d").graph;
  expect(compile(conv).ready).toBe(true);
  expect(wiresInto(conv, "dense_2").map((it) => it.from)).toEqual(["flatten_1"]);
  expect(wiresInto(conv, "conv_1").map((it) => it.from)).toEqual(["image"]);
});

// Laws over random layers.

const small = fc.integer({ min: 1, max: 4 });
const side = fc.integer({ min: 1, max: 9 });
const image = fc.record({ height: side, width: side, channels: fc.integer({ min: 1, max: 3 }) });
const shared = {
  bias: fc.boolean(),
  activation: fc.constantFrom("relu", "linear", "softmax", "tanh"),
  trainable: fc.boolean(),
};
const sliding = fc.record({
  filters: small,
  kernel: fc.oneof(small, fc.tuple(small, small)),
  stride: fc.oneof(fc.constant(1), small),
  padding: fc.constantFrom("same", "valid"),
  ...shared,
});
const behind = fc.constantFrom<readonly Link[]>(
  [],
  ["flatten"],
  ["flatten", "dense"],
  ["maxPool2d"],
  ["batchNorm", "conv2d"],
);
const slidingGraph = fc
  .tuple(image, fc.constantFrom("conv2d", "locallyConnected2d"), sliding, behind)
  .map(([input, kind, values, links]) => chain("Random", [["input", input], [kind, values], ...links]));
const denseGraph = fc
  .tuple(image, fc.tuple(side, side, small), fc.boolean(), fc.boolean(), fc.record(shared))
  .map(([input, free, isSameSize, reshaped, values]) => {
    const target = isSameSize ? [input.height, input.width, free[2]] : free;
    const units = volume(target);
    return chain("Random", [
      ["input", input],
      "flatten",
      ["dense", { units, ...values }],
      ...(reshaped ? [["reshape", { target }] as const, "batchNorm" as const] : []),
    ]);
  });
const anyGraph = fc.oneof(slidingGraph, denseGraph).filter((it) => compile(it).ready);
const layerOf = (graph: Graph): string =>
  graph.nodes.find((it) => it.kind !== "input" && it.kind !== "flatten")?.id ?? "";
const windowOf = (graph: Graph, id: string): TwinWindow | undefined => {
  const site = siteOf(graph, compile(graph), id);
  return "refused" in site ? undefined : site.window;
};

test("each twin has the same input and output, compiles, and has the numbers that were announced", () => {
  fc.assert(
    fc.property(anyGraph, fc.constantFrom(...twinNames), (graph, which) => {
      const id = layerOf(graph);
      const before = compile(graph);
      const found = twinsOf(graph, before, id, { batch: 8 });
      if ("refused" in found) throw new Error(found.refused);
      const twin = found.twins.find((it) => it.which === which);
      expect(twin?.refused).toBeUndefined();
      const swapped = replaceWithTwin(graph, id, which);
      const after = compile(swapped.graph);
      expect(after.problems).toEqual([]);
      expect(after.output?.output).toEqual(before.output?.output);
      const step = after.steps.find((it) => it.node.id === swapped.id);
      expect(step?.node.kind).toBe(which);
      expect([step?.parameters, step?.macs]).toEqual([twin?.parameters, twin?.step?.macs]);
      const others = (plan: typeof after, layer: string) =>
        plan.totals.parameters - (plan.steps.find((it) => it.node.id === layer)?.parameters ?? 0);
      expect(others(after, swapped.id)).toBe(others(before, id));
      const [, locally, shares] = found.twins.map((it) => it.parameters);
      expect(locally).toBeGreaterThanOrEqual(shares ?? 0);
    }),
    { numRuns: 200 },
  );
});

test("there and back again is the original", () => {
  fc.assert(
    fc.property(anyGraph, fc.constantFrom(...twinNames), (graph, which) => {
      const id = layerOf(graph);
      const original = nodeOf(graph, id)?.kind;
      const back = twinNames.find((it) => it === original) ?? "dense";
      const window = windowOf(graph, id);
      const there = replaceWithTwin(graph, id, which);
      const again = replaceWithTwin(there.graph, there.id, back, window);
      const numbers = ({ totals, output }: ReturnType<typeof compile>) => [
        totals.parameters,
        totals.trainable,
        totals.macs,
        output?.output,
      ];
      expect(numbers(compile(again.graph))).toEqual(numbers(compile(graph)));
      const names = (it: Graph) => it.nodes.map((node) => node.id).toSorted();
      if (names(again.graph).join() === names(graph).join())
        expect(again.graph.nodes.map((it) => it.at)).toEqual(graph.nodes.map((it) => it.at));
    }),
    { numRuns: 200 },
  );
});

test("given kernels go from a convolution to a locally connected layer; a dense layer learns", () => {
  const graph = setValues(drawn("conv2d"), "conv_1", { weights: "sobelHorizontal", trainable: false });
  const locally = replaceWithTwin(graph, "conv_1", "locallyConnected2d").graph;
  expect(nodeOf(locally, "locally_connected_1")?.values).toEqual({
    weights: "sobelHorizontal",
    trainable: false,
  });
  const dense = replaceWithTwin(graph, "conv_1", "dense").graph;
  expect(compile(dense).totals.trainable).toBe(4_923_520);
});

test("the wiring has as many weights as the layer, each unit as many lines as its window has pixels", () => {
  fc.assert(
    fc.property(anyGraph, fc.constantFrom(...twinNames), (graph, which) => {
      const site = siteOf(graph, compile(graph), layerOf(graph));
      if ("refused" in site) throw new Error(site.refused);
      const [height, width, channels] = site.input;
      const [rows, columns, filters] = site.maps;
      const found = twinsIn(graph, layerOf(graph));
      const step = "refused" in found ? undefined : found.twins.find((it) => it.which === which)?.step;
      const kernel = step?.weights.find((it) => it.name === "kernel");
      expect(weightsPerMap(site, which) * channels * filters).toBe(volume(kernel?.shape ?? []));
      const used = new Set<number>();
      for (let row = 0; row < rows; row++)
        for (let column = 0; column < columns; column++) {
          const lines = wiringOf(site, which, [row, column]);
          expect(new Set(lines.map((it) => it.weight)).size).toBe(lines.length);
          for (const it of lines) {
            expect(it.row >= 0 && it.row < height && it.column >= 0 && it.column < width).toBe(true);
            expect(it.weight < weightsPerMap(site, which)).toBe(true);
            used.add(it.weight);
          }
        }
      if (which === "dense") expect(used.size).toBe(weightsPerMap(site, which));
    }),
    { numRuns: 40 },
  );
});
