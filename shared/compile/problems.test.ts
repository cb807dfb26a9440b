import { expect, test } from "vitest";
import { chain, type Link } from "../graph/chain.ts";
import { connect } from "../graph/edits.ts";
import type { Graph, Wire } from "../graph/graph.ts";
import type { Values } from "../nodes/settings.ts";
import { compile } from "./compile.ts";
import { type Plan, type Problem, type ProblemCode, problemRanks, type Surroundings } from "./plan.ts";

const draw = (...links: readonly Link[]): Graph => chain("", links);
const image = (height: number, width = height, channels = 1): Link => ["input", { height, width, channels }];
const conv = (values: Values = {}): Link => ["conv2d", values];
const end: Link = ["dense", { units: 10, activation: "softmax" }];

/** Wires in the test's own notation: `a > b`, or `a > b:1` into a slot. */
const wiresOf = (text: string): readonly Wire[] =>
  text
    .split(", ")
    .filter(Boolean)
    .map((it) => {
      const [, from = "", to = "", slot = "0"] =
        /^(\w+) > (\w+)(?::(\d+))?$/.exec(it) ?? expect.unreachable(it);
      return { from, to, slot: Number(slot) };
    });
/** With other wires besides, as only a file can bring them. */
const plus = (graph: Graph, wires: string): Graph => ({
  ...graph,
  wires: [...graph.wires, ...wiresOf(wires)],
});
const minus = (graph: Graph, wires: string): Graph => ({
  ...graph,
  wires: graph.wires.filter(
    (it) => !wiresOf(wires).some((gone) => gone.from === it.from && gone.to === it.to),
  ),
});
/** Links behind a node of a design. */
const branch = (graph: Graph, from: string, ...links: readonly Link[]): Graph => {
  const drawn = chain("", ["input", ...graph.nodes.slice(1).map(({ kind }): Link => kind), ...links]);
  const fresh = drawn.nodes.slice(graph.nodes.length);
  const ids = new Set(fresh.map((it) => it.id));
  const inner = drawn.wires.filter((it) => ids.has(it.from) && ids.has(it.to));
  const joined = { nodes: [...graph.nodes, ...fresh], wires: [...graph.wires, ...inner] };
  return connect(joined, from, fresh[0]?.id ?? "");
};

const show = (wire: Wire): string => `${wire.from} > ${wire.to}${wire.slot ? `:${wire.slot}` : ""}`;
const named = (plan: Plan, code: ProblemCode): Problem =>
  plan.problems.find((it) => it.code === code) ??
  expect.unreachable(plan.problems.map((it) => `${it.code}: ${it.message}`).join("\n"));

interface Case {
  readonly code: ProblemCode;
  readonly graph: Graph;
  readonly around?: Surroundings;
  readonly says: string;
  readonly nodes: string;
  readonly wires?: string;
  readonly repairs: readonly string[];
}

const cnn = draw(image(8), conv(), "maxPool2d", "flatten", end);
const gateOf = (units: number): Graph =>
  plus(
    draw(image(8), conv(), "globalAvgPool2d", ["dense", { units }], "multiply", "flatten", end),
    "conv_1 > multiply_1:1",
  );
const merged = (kind: "add" | "concat", left: readonly Link[], right: Link): Graph =>
  plus(
    branch(draw(image(8), ...left, kind, "flatten", end), "image", right),
    `${branch(draw(image(8), ...left, kind, "flatten", end), "image", right).nodes.at(-1)?.id} > ${kind}_1:1`,
  );

/** A second input of this size beside the first one's 8×8. */
const secondInput = (size: number): Graph => {
  const drawn = draw(image(8), conv(), "add", "flatten", end);
  const second = {
    id: "second",
    kind: "input",
    values: { height: size, width: size },
    at: [300, 0],
  } as const;
  return plus({ ...drawn, nodes: [...drawn.nodes, second] }, "second > add_1:1");
};
const lonely = ["lost_1", "lost_2"].map((id) => ({ id, kind: "dropout", values: {}, at: [300, 0] }) as const);

const cases: readonly Case[] = [
  {
    code: "empty-design",
    graph: draw(),
    says: "The design is empty. Start with an input.",
    nodes: "",
    repairs: ["Add an input"],
  },
  {
    code: "empty-design",
    graph: draw("input"),
    says: "Nothing follows the input. Wire a first layer to it.",
    nodes: "image",
    repairs: ["Add Conv 2D behind image", "Add Dense behind image"],
  },
  {
    code: "no-input",
    graph: draw(conv(), "flatten", end),
    says: "The design has no input. Add one and wire it to the first layer.",
    nodes: "",
    repairs: ["Add an input"],
  },
  {
    code: "cycle",
    graph: plus(minus(cnn, "image > conv_1"), "flatten_1 > conv_1"),
    says: "The wires run in a circle: conv_1 → max_pool_1 → flatten_1 → conv_1. Data must flow one way.",
    nodes: "conv_1 max_pool_1 flatten_1",
    wires: "conv_1 > max_pool_1, max_pool_1 > flatten_1, flatten_1 > conv_1",
    repairs: [
      "Remove the wire flatten_1 → conv_1",
      "Remove the wire max_pool_1 → flatten_1",
      "Remove the wire conv_1 → max_pool_1",
    ],
  },
  {
    code: "cycle",
    graph: plus(cnn, "conv_1 > conv_1"),
    says: "conv_1 feeds itself. Data must flow one way.",
    nodes: "conv_1",
    wires: "conv_1 > conv_1",
    repairs: ["Remove the wire conv_1 → conv_1"],
  },
  {
    code: "unreachable",
    graph: minus(cnn, "image > conv_1"),
    says: "No path leads from an input to conv_1, nor to the 3 layers behind it: max_pool_1, flatten_1 and dense_1. Wire a layer to conv_1.",
    nodes: "conv_1 max_pool_1 flatten_1 dense_1",
    repairs: ["Connect image → conv_1"],
  },
  {
    code: "several-outputs",
    graph: branch(cnn, "conv_1", "globalAvgPool2d", "dense"),
    says: "Dense has no wire going out, nor has dense_1: a design has one output.",
    nodes: "dense_2 dense_1",
    repairs: [
      "Remove dense_2, and what leads only there: global_avg_pool_1",
      "Remove dense_1, and what leads only there: flatten_1 and max_pool_1",
      "Join dense_2 and dense_1 with Concat",
    ],
  },
  {
    code: "wires-into-input",
    graph: plus(secondInput(8), "conv_1 > second"),
    says: "Input starts the network: no wire may enter it, got one from conv_1.",
    nodes: "second conv_1",
    wires: "conv_1 > second",
    repairs: ["Remove the wire into second", "Remove second"],
  },
  {
    code: "unreachable",
    graph: plus({ ...cnn, nodes: [...cnn.nodes, ...lonely] }, "lost_1 > lost_2"),
    says: "No path leads from an input to lost_1, nor to the layer behind it: lost_2. Wire a layer to lost_1.",
    nodes: "lost_1 lost_2",
    repairs: [
      "Connect dense_1 → lost_1",
      "Remove lost_1 and lost_2",
      "Connect image → lost_1",
      "Connect conv_1 → lost_1",
    ],
  },
  {
    code: "too-many-wires",
    graph: plus(branch(cnn, "image", conv()), "conv_2 > max_pool_1"),
    says: "Max Pool 2D takes one input, got 2: conv_1 and conv_2. Join them with Add or Concat first.",
    nodes: "max_pool_1 conv_1 conv_2",
    wires: "conv_1 > max_pool_1, conv_2 > max_pool_1",
    repairs: [
      "Join conv_1 and conv_2 with Add",
      "Join conv_1 and conv_2 with Concat",
      "Keep only the wire from conv_1, and conv_2, which then leads nowhere",
      "Keep only the wire from conv_2, and conv_1, which then leads nowhere",
    ],
  },
  {
    code: "slot-taken-twice",
    graph: plus(draw(image(8), conv(), "add", "flatten", end), "image > add_1"),
    says: "Two wires end at input 1 of Add: from conv_1 and image.",
    nodes: "add_1 conv_1 image",
    wires: "conv_1 > add_1, image > add_1",
    repairs: ["Give each wire an input of its own"],
  },
  {
    code: "not-connected",
    graph: { ...cnn, nodes: [...cnn.nodes, { id: "spare", kind: "dropout", values: {}, at: [0, 2000] }] },
    says: "Dropout has nothing coming in. Wire a layer to it.",
    nodes: "spare",
    repairs: ["Connect dense_1 → spare", "Remove spare"],
  },
  {
    code: "too-few-wires",
    graph: draw(image(8), conv(), "add", "flatten", end),
    says: "Add joins two or more inputs, got one: conv_1.",
    nodes: "add_1 conv_1",
    wires: "conv_1 > add_1",
    repairs: ["Connect image → add_1", "Remove add_1"],
  },
  {
    code: "setting",
    graph: draw(image(8), conv({ filters: 0 }), "flatten", end),
    says: "Filters must be a whole number from 1 to 65536, got 0.",
    nodes: "conv_1",
    repairs: ["Set filters to 1", "Set filters to 8"],
  },
  {
    code: "setting",
    graph: draw(image(8), conv({ stride: 1.5 }), "flatten", end),
    says: "Stride must be a whole number from 1 to 4096 or a pair [height, width] of them, got 1.5.",
    nodes: "conv_1",
    repairs: ["Set stride to 2", "Set stride to 1"],
  },
  {
    code: "inputs-differ",
    graph: secondInput(4),
    says: "All inputs receive the same example, but second takes 4×4×1 and image takes 8×8×1.",
    nodes: "second image",
    repairs: ["Set second to 8×8×1", "Set image to 4×4×1"],
  },
  {
    code: "rank",
    graph: draw(image(8), conv(), end),
    says: "Dense needs a vector, got 8×8×8.",
    nodes: "dense_1 conv_1",
    wires: "conv_1 > dense_1",
    repairs: ["Insert Flatten → 512", "Insert Global Average Pool → 8"],
  },
  {
    code: "rank",
    graph: draw(image(8), "flatten", "dropout", conv(), "flatten", end),
    says: "Conv 2D needs an image, got 64.",
    nodes: "conv_1 dropout_1",
    wires: "dropout_1 > conv_1",
    repairs: ["Remove flatten_1", "Insert Reshape → 8×8×1"],
  },
  {
    code: "rank",
    graph: draw(["input", { shape: [48] }], conv(), "flatten", end),
    says: "Conv 2D needs an image, got 48.",
    nodes: "conv_1 image",
    wires: "image > conv_1",
    repairs: ["Insert Reshape → 4×4×3"],
  },
  {
    code: "rank",
    graph: gateOf(8),
    says: "Multiply joins images with images or vectors with vectors, got 8×8×8 and 8.",
    nodes: "multiply_1 conv_1 dense_1",
    wires: "conv_1 > multiply_1:1, dense_1 > multiply_1",
    repairs: [
      "Insert Reshape → 1×1×8 behind dense_1",
      "Insert Global Average Pool behind conv_1",
      "Insert Flatten behind conv_1",
    ],
  },
  {
    code: "rank",
    graph: gateOf(5),
    says: "Multiply joins images with images or vectors with vectors, got 8×8×8 and 5.",
    nodes: "multiply_1 conv_1 dense_1",
    wires: "conv_1 > multiply_1:1, dense_1 > multiply_1",
    repairs: [
      "Insert Dense → 8 and Reshape → 1×1×8 behind dense_1",
      "Insert Global Average Pool behind conv_1",
      "Insert Flatten behind conv_1",
    ],
  },
  {
    code: "settings-clash",
    graph: draw(image(8), conv({ stride: 2, dilation: 2 }), "flatten", end),
    says: "Stride 2×2 and dilation 2×2 exclude each other: one of them must be 1.",
    nodes: "conv_1",
    repairs: ["Set dilation to 1", "Set stride to 1"],
  },
  {
    code: "window-too-large",
    graph: draw(image(3), conv({ kernel: 5, padding: "valid" }), "flatten", end),
    says: "A 5×5 window does not fit in 3×3×1.",
    nodes: "conv_1",
    repairs: ["Set padding to same", "Shrink the kernel to 3×3"],
  },
  {
    code: "window-too-large",
    graph: draw(image(2), "maxPool2d", "maxPool2d", "flatten", end),
    says: "A 2×2 window does not fit in 1×1×1.",
    nodes: "max_pool_2",
    repairs: ["Remove max_pool_2", "Set padding to same", "Shrink the size to 1×1"],
  },
  {
    code: "empty-shape",
    graph: draw(image(8), ["crop2d", { amount: 4 }], "flatten", end),
    says: "Cutting 4 off 8×8×1 leaves nothing.",
    nodes: "crop_1",
    repairs: ["Cut 3 off each side", "Cut nothing", "Remove crop_1"],
  },
  {
    code: "merge-mismatch",
    graph: merged("add", [conv({ filters: 4 })], conv({ filters: 6 })),
    says: "Add needs inputs that are alike along every axis, or 1 there and repeated; got 8×8×4 and 8×8×6.",
    nodes: "add_1 conv_1 conv_2",
    wires: "conv_1 > add_1, conv_2 > add_1:1",
    repairs: [
      "Set filters of conv_2 to 4",
      "Insert Conv 2D 1×1 with 4 filters behind conv_2",
      "Stack them with Concat instead",
    ],
  },
  {
    code: "merge-mismatch",
    graph: merged("concat", [conv(), "maxPool2d"], conv()),
    says: "Concat needs images of one height and width, got 4×4×8 and 8×8×8.",
    nodes: "concat_1 max_pool_1 conv_2",
    wires: "max_pool_1 > concat_1, conv_2 > concat_1:1",
    repairs: ["Insert Max Pool 2×2 behind conv_2", "Insert Upsample 2×2 behind max_pool_1"],
  },
  {
    code: "merge-mismatch",
    graph: merged("concat", [conv({ padding: "valid" })], conv()),
    says: "Concat needs images of one height and width, got 6×6×8 and 8×8×8.",
    nodes: "concat_1 conv_1 conv_2",
    wires: "conv_1 > concat_1, conv_2 > concat_1:1",
    repairs: [
      "Insert Crop to 6×6 behind conv_2",
      "Insert Max Pool 3×3 stride 1×1 behind conv_2",
      "Insert Zero Pad to 8×8 behind conv_1",
    ],
  },
  {
    code: "too-large",
    graph: draw(image(1024), conv({ filters: 4096 }), "globalAvgPool2d", end),
    says: "Conv 2D would give 4,294,967,296 values per image; no backend can index more than 2³¹. Make it smaller, or pool before it.",
    nodes: "conv_1",
    repairs: ["Set filters of conv_1 to 1024", "Insert Max Pool 2×2 before conv_1", "Remove conv_1"],
  },
  {
    code: "data-image",
    graph: cnn,
    around: { data: { example: [28, 28, 3], classes: 10 } },
    says: "The input takes 8×8×1, the images are 28×28×3.",
    nodes: "image",
    repairs: [
      "Set the input to 28×28×3",
      "Set the input to 28×28×3 and add Crop to 8×8 and Conv 2D 1×1 with 1 filters",
      "Set the input to 28×28×3 and add Max Pool 7×7 stride 3×3 and Conv 2D 1×1 with 1 filters",
    ],
  },
  {
    code: "data-image",
    graph: draw(["input", { shape: [13] }], "dense", end),
    around: { data: { example: [28, 28, 1], classes: 10 } },
    says: "The input takes 13 values of a table, the data are images of 28×28×1. Use an image input and Flatten behind it.",
    nodes: "image",
    repairs: [
      "Set the input to 28×28×1 and add Flatten",
      "Set the input to 28×28×1 and add Flatten and Dense → 13",
    ],
  },
  {
    code: "output-rank",
    graph: draw(image(8), conv()),
    around: { data: { example: [8, 8, 1], classes: 10 } },
    says: "The output is an image, 8×8×8; telling 10 classes apart needs a vector of 10.",
    nodes: "conv_1",
    repairs: ["Add Flatten and Dense → 10", "Add Global Average Pool and Dense → 10"],
  },
  {
    code: "data-classes",
    graph: draw(image(8), "flatten", ["dense", { units: 7 }], ["activation", { function: "softmax" }]),
    around: { data: { example: [8, 8, 1], classes: 10 } },
    says: "The output gives 7 values, the data has 10 classes.",
    nodes: "activation_1",
    repairs: ["Set units of dense_1 to 10", "Insert Dense → 10"],
  },
  {
    code: "memory",
    graph: draw(image(1000), conv({ filters: 64 }), "maxPool2d", "globalAvgPool2d", end),
    around: { batch: 64, memoryBytes: 8e9 },
    says: "A training step of 64 examples needs 41.2 GB, this machine has 8 GB; Conv 2D conv_1 alone takes 32.8 GB. Choose batches of at most 12, or make the layer smaller.",
    nodes: "conv_1",
    repairs: ["Set filters of conv_1 to 8", "Insert Max Pool 4×4 before conv_1"],
  },
];

test.each(cases)("$code: $says", ({ code, graph, around = {}, says, nodes, wires = "", repairs }) => {
  const problem = named(compile(graph, around), code);
  expect(problem.message).toBe(says);
  expect(problem.nodes.join(" ")).toBe(nodes);
  expect(problem.wires.map(show).join(", ")).toBe(wires);
  expect(problem.repairs.map((it) => it.title)).toEqual(repairs);
});

test("every code has a case", () => {
  const met = new Set<ProblemCode>(cases.map((it) => it.code));
  expect(problemRanks.flat().filter((it) => !met.has(it) && it !== "unknown-kind")).toEqual([]);
});

test("a kind that does not exist is told, and takes no other layer with it", () => {
  // No reader lets it in; a graph made by a program may hold it all the same.
  const odd: unknown = { id: "odd", kind: "transformer", values: {}, at: [0, 0] };
  const graph = { ...cnn, nodes: [...cnn.nodes, odd] } as Graph;
  const wired = { ...graph, wires: [...graph.wires, { from: "conv_1", to: "odd", slot: 0 }] };
  for (const it of [graph, wired]) {
    const problem = named(compile(it), "unknown-kind");
    expect(problem.message).toContain("There is no layer kind called transformer; there are input, conv2d,");
    expect(problem.repairs.map(({ title }) => title)).toEqual(["Remove odd"]);
    expect(compile(problem.repairs[0]?.apply(it) ?? it).ready).toBe(true);
    expect(compile(it).steps).toHaveLength(cnn.nodes.length);
  }
});

test("problems come by rank", () => {
  const graph = plus(
    draw(image(3), conv({ kernel: 5, padding: "valid" }), conv({ filters: 0 }), "add", "flatten", end),
    "flatten_1 > flatten_1",
  );
  expect(compile(graph).problems.map((it) => it.code)).toEqual([
    "cycle",
    "too-few-wires",
    "setting",
    "window-too-large",
  ]);
});

test("several inputs of one shape are fine", () => {
  expect(compile(secondInput(8), { data: { example: [8, 8, 1], classes: 10 } })).toMatchObject({
    ready: true,
    problems: [],
  });
});

test("of very many problems the first fifty are mended first", () => {
  const graph = draw(image(8), ...Array.from({ length: 60 }, () => conv({ filters: 0 })), "flatten", end);
  const { problems } = compile(graph);
  expect(problems).toHaveLength(60);
  expect(problems.map((it) => it.repairs.length > 0)).toEqual(problems.map((_, place) => place < 50));
});
