import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chain, type Link } from "../graph/chain.ts";
import type { Graph } from "../graph/graph.ts";
import { volume } from "../nodes/shape.ts";
import { arbitraryGraph } from "./arbitrary-graphs.ts";
import { compile } from "./compile.ts";
import { type Derivation, derivationsOf, type Quantity } from "./derivations.ts";
import type { Plan, Step } from "./plan.ts";
import { jumpOf, offsetOf, paddingShare } from "./receptive-field.ts";
import { arbitraryWindows } from "./testing/window-graphs.ts";
import { workedOut } from "./testing/worked-out.ts";

const planOf = (...links: readonly Link[]): Plan => compile(chain("Test", links));
const linesOf = (plan: Plan, id: string, quantity: Quantity): readonly string[] =>
  (derivationsOf(plan, id, 64).find((it) => it.quantity === quantity)?.lines ?? []).map(
    ({ formula, worked }) => `${formula}: ${worked}`,
  );

describe("as in a textbook", () => {
  const plan = planOf(
    ["input", { channels: 3 }],
    ["conv2d", { filters: 6, kernel: 5, padding: "valid" }],
    "batchNorm",
    "maxPool2d",
    ["conv2d", { dilation: 2, trainable: false }],
    ["upsample2d", { interpolation: "bilinear" }],
    "flatten",
    ["dense", { units: 10 }],
  );
  test.each<[string, Quantity, readonly string[]]>([
    [
      "conv_1",
      "output",
      [
        "⌊(input height + 2 · padding − window height) / stride⌋ + 1: ⌊(28 + 2·0 − 5)/1⌋ + 1 = 24",
        "⌊(input width + 2 · padding − window width) / stride⌋ + 1: ⌊(28 + 2·0 − 5)/1⌋ + 1 = 24",
        "filters: 6",
      ],
    ],
    [
      "conv_1",
      "parameters",
      ["kernel height · kernel width · input channels · filters + filters (biases): 5·5·3·6 + 6 = 456"],
    ],
    [
      "conv_1",
      "macs",
      [
        "output height · output width · output channels · kernel height · kernel width · input channels: 24·24·6·5·5·3 = 259,200",
      ],
    ],
    ["batch_norm_1", "trainable", ["channels (gamma) + channels (beta): 6 + 6 = 12"]],
    ["batch_norm_1", "states", ["channels (moving mean) + channels (moving variance): 6 + 6 = 12"]],
    ["batch_norm_1", "output", ["input height: 24", "input width: 24", "input channels: 6"]],
    [
      "max_pool_1",
      "comparisons",
      [
        "output height · output width · output channels · (window height · window width − 1): 12·12·6·(2·2 − 1) = 2,592",
      ],
    ],
    [
      "max_pool_1",
      "inferenceBytes",
      ["batch · output height · output width · output channels · bytes per value: 64·12·12·6·4 = 221,184"],
    ],
    ["max_pool_1", "jump", ["jump of the input · stride: 1·2 = 2", "jump of the input · stride: 1·2 = 2"]],
    [
      "conv_2",
      "frozen",
      ["kernel height · kernel width · input channels · filters + filters (biases): 3·3·6·8 + 8 = 440"],
    ],
    ["dense_1", "parameters", ["inputs · units + units (biases): 4,608·10 + 10 = 46,090"]],
  ])("%s: %s", (id, quantity, lines) => {
    expect(linesOf(plan, id, quantity)).toEqual(lines);
  });

  test.each<[string, Quantity, string]>([
    [
      "max_pool_1",
      "receptiveField",
      "receptive field of the input + (window − 1) · jump of the input: 5 + (2 − 1)·1 = 6",
    ],
    [
      "conv_2",
      "receptiveField",
      "receptive field of the input + (kernel − 1) · dilation · jump of the input: 6 + (3 − 1)·2·2 = 14",
    ],
    ["conv_2", "offset", "offset of the input − padding before · jump of the input: 0 − 2·2 = −4"],
    ["upsample_1", "jump", "jump of the input · stride / times as fine: 2·1/2 = 1"],
    ["dense_1", "receptiveField", "the whole input: 28"],
  ])("%s: %s of one axis", (id, quantity, line) => {
    expect(linesOf(plan, id, quantity)[0]).toBe(line);
  });

  test("padding: pixels outside over all pixels", () => {
    const [line] = linesOf(planOf(["input", { height: 4, width: 4 }], "conv2d"), "conv_1", "paddingShare");
    expect(line).toBe(
      "100 · (rows seen · columns seen − rows inside · columns inside) / (rows seen · columns seen): 100·(12·12 − 10·10)/(12·12) = 30.56",
    );
  });

  test("a merge says what it joins", () => {
    const node = (id: string, kind: "input" | "conv2d" | "add", values = {}) =>
      ({ id, kind, values, at: [0, 0] }) as const;
    const graph: Graph = {
      nodes: [node("a", "input"), node("b", "conv2d"), node("c", "conv2d", { kernel: 5 }), node("d", "add")],
      wires: [
        { from: "a", to: "b", slot: 0 },
        { from: "a", to: "c", slot: 0 },
        { from: "b", to: "d", slot: 0 },
        { from: "c", to: "d", slot: 1 },
      ],
    };
    expect(linesOf(compile(graph), "d", "receptiveField")[0]).toMatch(
      /: max\(1, 2\) − min\(−1, −2\) \+ 1 = 5$/,
    );
    expect(linesOf(compile(graph), "d", "offset")[0]).toBe(
      "min(offset of input 1, offset of input 2): min(−1, −2) = −2",
    );
  });

  test("a table's columns are values, not pixels", () => {
    const table = planOf(["input", { shape: [13] }], ["dense", { units: 3 }]);
    expect(derivationsOf(table, "dense_1", 1).at(-1)).toMatchObject({ title: "Sees", value: "13 values" });
  });

  test("an unknown node has none", () => {
    expect(derivationsOf(plan, "nobody", 64)).toEqual([]);
  });
});

const batch = 7;

/** What a derivation must come to, by the step's own numbers, one for each line. */
function numbersOf(step: Step, quantity: Quantity, tabular: boolean): readonly number[] {
  const stored = (role: string): number =>
    step.weights.filter((it) => it.role === role).reduce((sum, it) => sum + volume(it.shape), 0);
  const [rows, columns] = step.view;
  switch (quantity) {
    case "output":
      return step.output;
    case "frozen":
      return [stored("frozen")];
    case "states":
      return [stored("state")];
    case "inferenceBytes":
      return [4 * batch * volume(step.output)];
    case "trainingBytes":
      return [];
    case "receptiveField":
      return tabular ? step.receptiveField.slice(1) : step.receptiveField;
    case "jump":
      return [jumpOf(rows), jumpOf(columns)];
    case "offset":
      return [offsetOf(rows), offsetOf(columns)];
    case "paddingShare":
      return [100 * paddingShare(step.view, step.whole)];
    default:
      return [step[quantity]];
  }
}

/** Broken numbers are shown with four digits. */
const near = (a: number, b: number): boolean =>
  Number.isInteger(a) && Number.isInteger(b) ? a === b : Math.abs(a - b) <= 1e-3 * Math.abs(b);

function checkLines({ quantity, value, lines }: Derivation, expected: readonly number[]): void {
  const shown = value.replace(/ (bytes|pixels|values?|%)$/, "").split(/×|, /);
  expect(lines.length, quantity).toBe(shown.length);
  for (const [at, { formula, worked }] of lines.entries()) {
    const [left = "", right = left] = worked.split(" = ");
    expect(formula, quantity).not.toBe("");
    expect(near(workedOut(left), workedOut(right)), `${quantity} ${worked}`).toBe(true);
    expect(right).toBe(shown[at]);
    const wanted = expected[at];
    if (wanted !== undefined) expect(near(workedOut(right), wanted), `${quantity} ${worked}`).toBe(true);
  }
}

test.each([
  ["all kinds", arbitraryGraph({ sound: true })],
  ["half-drawn designs", arbitraryGraph({ sound: false })],
  ["windows in chains", arbitraryWindows("chain")],
  ["windows in branches", arbitraryWindows("branches")],
])("every printed formula comes to the step's number: %s", (_, graphs) => {
  let checked = 0;
  fc.assert(
    fc.property(graphs, (graph) => {
      const plan = compile(graph);
      for (const step of plan.steps) {
        const derivations = derivationsOf(plan, step.node.id, batch);
        for (const it of derivations) {
          checkLines(it, numbersOf(step, it.quantity, plan.steps[0]?.output.length === 1));
          checked++;
        }
        const told = new Set(derivations.map((it) => it.quantity));
        for (const it of ["parameters", "macs", "additions", "comparisons"] as const)
          expect(told.has(it), it).toBe(step[it] > 0);
      }
    }),
    { numRuns: 150, seed: 51 },
  );
  expect(checked).toBeGreaterThan(1000);
});
