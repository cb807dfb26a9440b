import fc from "fast-check";
import { expect, test } from "vitest";
import { chain, type Link } from "../../graph/chain.ts";
import { connect } from "../../graph/edits.ts";
import type { Graph } from "../../graph/graph.ts";
import { templates } from "../../graph/templates.ts";
import type { Values } from "../../nodes/settings.ts";
import { knownDataShape } from "../../train/dataset.ts";
import { arbitraryGraph } from "../arbitrary-graphs.ts";
import { compile } from "../compile.ts";
import { type Advice, type AdviceCode, adviceOn, rules } from "./index.ts";
import type { AdviceFacts } from "./rule.ts";

const draw = (...links: readonly Link[]): Graph => chain("", links);
const conv = (values: Values = {}): Link => ["conv2d", values];
const dense = (values: Values = {}): Link => ["dense", values];
const end = dense({ units: 10, activation: "softmax" });
const linear = { activation: "linear" };

const advice = (graph: Graph, facts: AdviceFacts = {}): readonly Advice[] =>
  adviceOn(compile(graph), graph, facts);

/** A design whose wires are changed after drawing: `from → to` are added. */
const wired = (graph: Graph, ...wires: readonly (readonly [from: string, to: string])[]): Graph =>
  wires.reduce((it, [from, to]) => connect(it, from, to), graph);

interface Case {
  readonly code: AdviceCode;
  /** Gets the advice and no other. */
  readonly gets: Graph;
  readonly says: string;
  /** Titles of the repairs, best first. */
  readonly repairs: readonly string[];
  /** Get no advice at all. */
  readonly nearMisses: readonly Graph[];
  readonly facts?: AdviceFacts;
}

const cases: readonly Case[] = [
  {
    code: "softmax-twice",
    gets: draw("input", conv(), "flatten", end, ["activation", { function: "softmax" }]),
    says: "activation_1 applies softmax to what dense_1 has applied it to already.",
    repairs: ["Remove activation_1", "Set activation of dense_1 to linear"],
    nearMisses: [
      draw("input", conv(), "flatten", dense({ units: 10, ...linear }), [
        "activation",
        { function: "softmax" },
      ]),
    ],
  },
  {
    code: "softmax-inside",
    gets: draw("input", conv(), "flatten", dense({ units: 8, activation: "softmax" }), end),
    says: "dense_1 applies softmax, and dense_2 goes on from its 8 probabilities.",
    repairs: ["Set activation of dense_1 to relu"],
    nearMisses: [
      draw("input", conv(), "flatten", dense({ units: 8 }), end),
      // Softmax as a gate: it multiplies the features.
      wired(
        draw("input", conv(), "globalAvgPool2d", dense({ units: 8, activation: "softmax" }), "multiply", end),
        ["global_avg_pool_1", "multiply_1"],
      ),
    ],
  },
  {
    code: "softmax-of-one",
    gets: draw("input", conv(), "flatten", dense({ units: 1, activation: "softmax" })),
    says: "dense_1 applies softmax to one value: the result is always 1.",
    repairs: ["Set units to 2, one for each class", "Set activation of dense_1 to linear"],
    nearMisses: [draw("input", conv(), "flatten", dense({ units: 2, activation: "softmax" }))],
  },
  {
    code: "output-function",
    gets: draw("input", conv(), "flatten", dense({ units: 10 })),
    says: "dense_1 ends the network with relu: every score below 0 becomes 0, and those classes stop learning.",
    repairs: ["Set activation of dense_1 to softmax", "Set activation of dense_1 to linear"],
    nearMisses: [
      draw("input", conv(), "flatten", dense({ units: 10, ...linear })),
      // An image as output is no list of scores.
      draw("input", conv()),
    ],
  },
  {
    code: "stacked-linear",
    gets: draw("input", conv(linear), conv({ filters: 16 }), "globalMaxPool2d", end),
    says: "conv_1 applies no function to its sums, and conv_2 sums them again.",
    repairs: ["Set activation of conv_1 to relu"],
    nearMisses: [
      draw("input", conv(), conv({ filters: 16 }), "globalMaxPool2d", end),
      draw("input", conv(linear), "maxPool2d", conv({ filters: 16 }), "flatten", end),
      // A bottleneck: 8 → 2 → 8 has fewer weights than 8 → 8.
      draw("input", conv(), conv({ filters: 2, kernel: 1, ...linear }), conv(), "flatten", end),
      // A kernel that is given is there for what it shows.
      draw("input", conv({ weights: "gaussian", trainable: false, ...linear }), conv(), "flatten", end),
      draw("input", ["depthwiseConv2d", { multiplier: 4, ...linear }], conv({ kernel: 1 }), "flatten", end),
    ],
  },
  {
    code: "shrunk-map",
    gets: draw(
      ["input", { height: 8, width: 8 }],
      conv(),
      ["maxPool2d", { size: 8 }],
      conv(),
      "flatten",
      end,
    ),
    says: "conv_2 slides 3×3 kernels over a map of 1×1×8: max_pool_1 has shrunk it from 8×8×8.",
    repairs: ["Remove max_pool_1", "Set the kernel of conv_2 to 1×1"],
    nearMisses: [
      draw(["input", { height: 8, width: 8 }], conv(), ["maxPool2d", { size: 4 }], conv(), "flatten", end),
      draw(
        ["input", { height: 8, width: 8 }],
        conv(),
        ["maxPool2d", { size: 8 }],
        conv({ kernel: 1 }),
        "flatten",
        end,
      ),
    ],
  },
  {
    code: "skipped-pixels",
    gets: draw("input", conv({ kernel: 2, stride: 4 }), "flatten", end),
    says: "conv_1 moves its 2×2 window by 4×4 pixels: 75 % of the pixels are never looked at.",
    repairs: ["Set the kernel to 4×4", "Set stride to 2×2"],
    nearMisses: [
      draw("input", conv({ kernel: 4, stride: 4 }), "flatten", end),
      draw("input", conv(), ["maxPool2d", { size: 3, stride: 2 }], "flatten", end),
      // The shortcut of a residual block.
      wired(
        draw(
          "input",
          conv({ stride: 2 }),
          conv(),
          "add",
          "flatten",
          end,
          conv({ kernel: 1, stride: 2, ...linear }),
        ),
        ["image", "conv_3"],
        ["conv_3", "add_1"],
      ),
    ],
  },
  {
    code: "scaled-twice",
    gets: draw("input", "rescale", conv(), "flatten", end),
    says: "rescale_1 multiplies by 0.0039, but what enters is 0 to 1 already: it becomes 0 to 0.0039.",
    repairs: ["Remove rescale_1"],
    nearMisses: [draw("input", ["rescale", { scale: 2, offset: -1 }], conv(), "flatten", end)],
  },
  {
    code: "unscaled-input",
    gets: draw(["input", { shape: [13] }], dense({ units: 16 }), dense({ units: 3, activation: "softmax" })),
    facts: { scaled: false },
    says: "image takes 13 columns as they are in the file, and nothing brings them to one scale before dense_1.",
    repairs: ["Insert Batch Norm behind image"],
    nearMisses: [
      draw(
        ["input", { shape: [13] }],
        "batchNorm",
        dense({ units: 16 }),
        dense({ units: 3, activation: "softmax" }),
      ),
      draw("input", "rescale", "flatten", dense({ units: 16 }), end),
    ],
  },
  {
    code: "fading-gradients",
    gets: draw(
      "input",
      conv({ activation: "sigmoid" }),
      conv({ activation: "sigmoid" }),
      "flatten",
      dense({ units: 8, activation: "sigmoid" }),
      end,
    ),
    says: "3 layers inside the network apply sigmoid: conv_1, conv_2 and dense_1.",
    repairs: ["Set all of them to relu"],
    nearMisses: [
      draw(
        "input",
        conv({ activation: "sigmoid" }),
        "flatten",
        dense({ units: 8, activation: "sigmoid" }),
        end,
      ),
    ],
  },
  {
    code: "frozen-random",
    gets: draw("input", conv({ trainable: false }), "flatten", end),
    says: "conv_1 is not trainable, so its 80 parameters stay random.",
    repairs: ["Make conv_1 trainable"],
    nearMisses: [
      draw("input", conv({ weights: "sobelVertical", trainable: false }), "flatten", end),
      draw("input", conv(), ["batchNorm", { trainable: false }], "flatten", end),
    ],
  },
  {
    code: "dropout-at-end",
    gets: draw("input", conv(), "flatten", dense({ units: 10, ...linear }), "dropout", [
      "activation",
      { function: "softmax" },
    ]),
    says: "dropout_1 comes behind the last layer with weights, dense_1.",
    repairs: ["Move it before dense_1", "Remove dropout_1"],
    nearMisses: [draw("input", conv(), "flatten", "dropout", end)],
  },
  {
    code: "dropout-before-batch-norm",
    gets: draw("input", conv(), "dropout", "maxPool2d", "batchNorm", conv(), "flatten", end),
    says: "dropout_1 drops values before batch_norm_1 measures their variance.",
    repairs: ["Move it behind batch_norm_1", "Remove dropout_1"],
    nearMisses: [
      draw("input", conv(), "batchNorm", "dropout", "maxPool2d", conv(), "flatten", end),
      draw("input", conv(), "dropout", conv(), "batchNorm", "flatten", end),
    ],
  },
  {
    code: "heavy-dense",
    gets: draw("input", conv(), conv(), "flatten", dense(), end),
    says: "dense_1 holds 401,472 of the 402,786 parameters, 99.6 %: one for each of 6,272 inputs and 64 units.",
    repairs: [
      "Insert Max Pool 3×3 before flatten_1",
      "Global Average Pool instead of Flatten",
      "Set units of dense_1 to 8",
    ],
    nearMisses: [
      draw("input", conv(), "maxPool2d", conv(), "maxPool2d", "flatten", dense(), end),
      // Fully connected from the start: there is nothing else that could hold them.
      draw("input", "flatten", dense({ units: 200 }), end),
    ],
  },
  {
    code: "even-kernel",
    gets: draw("input", conv({ kernel: 4 }), "flatten", end),
    says: "conv_1 has 4×4 kernels with same padding: they cannot be padded alike on both sides.",
    repairs: ["Set the kernel to 5×5", "Set the kernel to 3×3"],
    nearMisses: [
      draw("input", conv({ kernel: 4, padding: "valid" }), "flatten", end),
      draw("input", conv({ kernel: 4, dilation: 2 }), "flatten", end),
    ],
  },
  {
    code: "bias-before-batch-norm",
    gets: draw("input", conv(linear), "batchNorm", "activation", "flatten", end),
    says: "conv_1 adds 8 biases, and batch_norm_1 takes them out again with the mean.",
    repairs: ["Switch off the bias of conv_1"],
    nearMisses: [
      draw("input", conv({ bias: false, ...linear }), "batchNorm", "activation", "flatten", end),
      // The bias decides what ReLU lets through.
      draw("input", conv(), "batchNorm", "flatten", end),
      draw("input", conv(linear), ["batchNorm", { trainable: false }], "activation", "flatten", end),
    ],
  },
  {
    code: "unused-output",
    gets: {
      ...draw("input", conv(), "flatten", end),
      nodes: [
        ...draw("input", conv(), "flatten", end).nodes,
        { id: "spare", kind: "input", values: {}, at: [300, 0] },
      ],
    },
    says: "Nothing reads what spare gives.",
    repairs: ["Remove spare"],
    nearMisses: [draw("input", conv(), "flatten", end)],
  },
  {
    code: "idle-layer",
    gets: draw("input", conv(), ["dropout", { rate: 0 }], "flatten", end),
    says: "dropout_1 does nothing: its rate is 0.",
    repairs: ["Remove dropout_1"],
    nearMisses: [
      draw("input", conv(), ["maxPool2d", { size: 2, stride: 1 }], "flatten", end),
      draw("input", conv(), ["crop2d", { amount: [0, 0, 0, 1] }], "flatten", end),
    ],
  },
];

test.each(cases)("$code: said where it is deserved, and its repairs end it", (it) => {
  const given = advice(it.gets, it.facts);
  expect(given.map(({ code, message }) => [code, message])).toEqual([[it.code, it.says]]);
  expect(given[0]?.repairs.map(({ title }) => title)).toEqual(it.repairs);
  for (const repair of given[0]?.repairs ?? []) {
    const mended = repair.apply(it.gets);
    expect(compile(mended).ready, repair.title).toBe(true);
    expect(advice(mended, it.facts).map(({ code }) => code)).not.toContain(it.code);
  }
});

test.each(
  cases.flatMap(({ code, nearMisses, facts }) => nearMisses.map((graph) => ({ code, graph, facts }))),
)("$code: not said on a near miss", ({ graph, facts }) => {
  expect(compile(graph).problems.map((it) => it.message)).toEqual([]);
  expect(advice(graph, facts).map((it) => it.message)).toEqual([]);
});

test("every rule has its case", () => {
  expect(cases.map((it) => it.code).toSorted()).toEqual(rules.map((it) => it.code).toSorted());
});

test("whether inputs are scaled can be told", () => {
  const table = draw(["input", { shape: [13] }], dense({ units: 3, activation: "softmax" }));
  expect(advice(table)).toEqual([]);
  expect(advice(table, { scaled: false }).map((it) => it.code)).toEqual(["unscaled-input"]);
  const bytes = draw("input", "rescale", conv(), "flatten", end);
  expect(advice(bytes, { scaled: false })).toEqual([]);
});

test("the templates need no advice", () => {
  for (const { document, title } of templates)
    for (const design of document.designs) {
      const data = knownDataShape(document.data);
      const given = adviceOn(compile(design, { data }), design, { data });
      expect(
        given.map((it) => it.message),
        title,
      ).toEqual([]);
    }
});

test("a design with a layer that does not work gets none", () => {
  const graph = draw("input", "rescale", dense(), end);
  expect(compile(graph).problems).not.toEqual([]);
  expect(advice(graph)).toEqual([]);
});

test("on any design: repairs end their advice and bring no problem", () => {
  let tried = 0;
  fc.assert(
    fc.property(arbitraryGraph({ sound: true }), (graph) => {
      const plan = compile(graph);
      for (const it of advice(graph)) {
        expect(it.nodes.every((id) => plan.steps.some(({ node }) => node.id === id))).toBe(true);
        for (const repair of it.repairs) {
          tried++;
          const mended = repair.apply(graph);
          expect(compile(structuredClone(mended)).problems.map(({ message }) => message)).toEqual([]);
          const left = advice(mended).filter(
            ({ code, nodes }) => code === it.code && nodes[0] === it.nodes[0],
          );
          expect(left.map(({ message }) => message)).toEqual([]);
        }
      }
    }),
    { numRuns: 500, seed: 4 },
  );
  expect(tried).toBeGreaterThan(100);
}, 60_000);
