import fc from "fast-check";
import { expect, test } from "vitest";
import { chain, type Link } from "../../graph/chain.ts";
import type { Design } from "../../graph/graph.ts";
import { templates } from "../../graph/templates.ts";
import { compile } from "../compile.ts";
import { convolutionalTwin, type DesignTwin, fullyConnectedTwin } from "./design-twin.ts";
import type { NoSite } from "./site.ts";

const template = (file: string, index = 0): Design => {
  const design = templates.find((it) => it.file === file)?.document.designs[index];
  if (!design) throw new Error(`no design ${index} in ${file}`);
  return design;
};
const made = (twin: DesignTwin | NoSite): DesignTwin => {
  if ("refused" in twin) throw new Error(twin.refused);
  return twin;
};
const layersOf = ({ design }: DesignTwin) =>
  compile(design).steps.map((it) => `${it.node.kind} ${it.output.join("×")}`);

test("the digits' CNN gets a fully connected twin of nearly as many parameters", () => {
  const twin = made(fullyConnectedTwin(template("digits")));
  expect(twin.design.name).toBe("CNN · fully connected");
  expect(layersOf(twin)).toEqual(["input 28×28×1", "flatten 784", "dense 43", "dense 40", "dense 10"]);
  expect(twin.held).toBe(
    "Same image, classes, data and recipe, and as many parameters as whole widths allow: 43-40 units make 35,925 parameters, CNN has 35,962.",
  );
  expect(compile(twin.design, { data: { example: [28, 28, 1], classes: 10 } }).ready).toBe(true);
});

test("the digits' fcNN gets a small CNN of nearly as many parameters", () => {
  const twin = made(convolutionalTwin(template("digits", 1)));
  expect(twin.design.name).toBe("fcNN · convolutional");
  expect(layersOf(twin).map((it) => it.split(" ")[0])).toEqual([
    "input",
    "conv2d",
    "conv2d",
    "maxPool2d",
    "conv2d",
    "conv2d",
    "maxPool2d",
    "flatten",
    "dense",
    "dense",
  ]);
  expect(twin.parameters).toBeLessThanOrEqual(84_060);
  expect(twin.parameters).toBeGreaterThan(0.99 * 84_060);
  expect(compile(twin.design, { data: { example: [28, 28, 1], classes: 10 } }).ready).toBe(true);
});

test("says so where so few parameters are not possible", () => {
  const twin = made(fullyConnectedTwin(template("edge-lover")));
  expect(twin.held).toBe(
    "Same image, classes, data and recipe; so few parameters are not possible: no hidden layers make 5,002 parameters, Edge lover has 30.",
  );
});

test("shuffled pixels stay shuffled, and what regularises the end stays", () => {
  const design = chain("Shuffled", [
    "input",
    "shufflePixels",
    "conv2d",
    "maxPool2d",
    "globalAvgPool2d",
    ["dense", { units: 30 }],
    "dropout",
    ["dense", { units: 10, activation: "softmax" }],
  ]);
  const kinds = layersOf(made(fullyConnectedTwin(design))).map((it) => it.split(" ")[0]);
  expect(kinds.slice(0, 3)).toEqual(["input", "shufflePixels", "flatten"]);
  expect(kinds.slice(-1)).toEqual(["dense"]);
});

test("refuses what has no twin, with the reason", () => {
  const refusal = (it: DesignTwin | NoSite) => ("refused" in it ? it.refused : "");
  expect(refusal(convolutionalTwin(template("digits")))).toBe("The design has convolutions already.");
  expect(refusal(fullyConnectedTwin(template("digits", 1)))).toBe("The design is fully connected already.");
  expect(refusal(fullyConnectedTwin(template("blank")))).toMatch(/^The design has problems/);
  expect(refusal(fullyConnectedTwin(chain("Maps", ["input", "conv2d"])))).toMatch(
    /^The design gives an image/,
  );
  const table = chain("Table", [
    ["input", { shape: [13] }],
    ["dense", { units: 3, activation: "softmax" }],
  ]);
  expect(refusal(convolutionalTwin(table))).toMatch(/^The design takes a vector/);
});

const size = fc.integer({ min: 4, max: 40 });
const width = fc.integer({ min: 1, max: 60 });
const input = fc
  .tuple(size, size, fc.integer({ min: 1, max: 3 }))
  .map(([height, width, channels]): Link => ["input", { height, width, channels }]);
const end = (classes: number): Link => ["dense", { units: classes, activation: "softmax" }];
const cnn = fc
  .tuple(
    input,
    fc.array(width, { minLength: 1, maxLength: 3 }),
    fc.array(width, { maxLength: 2 }),
    fc.integer({ min: 2, max: 12 }),
  )
  .map(([image, filters, hidden, classes]) =>
    chain("Random", [
      image,
      ...filters.map((it): Link => ["conv2d", { filters: it }]),
      "maxPool2d",
      "flatten",
      ...hidden.map((units): Link => ["dense", { units }]),
      end(classes),
    ]),
  );
const fcnn = fc
  .tuple(input, fc.array(width, { maxLength: 3 }), fc.integer({ min: 2, max: 12 }))
  .map(([image, hidden, classes]) =>
    chain("Random", [image, "flatten", ...hidden.map((units): Link => ["dense", { units }]), end(classes)]),
  );

test("every twin has the same input and output, works, and stays within the budget wherever it can", () => {
  fc.assert(
    fc.property(fc.oneof(cnn, fcnn), (design) => {
      const before = compile(design);
      const isCnn = design.nodes.some((it) => it.kind === "conv2d");
      const twin = made(isCnn ? fullyConnectedTwin(design) : convolutionalTwin(design));
      const after = compile(twin.design);
      expect(after.problems).toEqual([]);
      expect(after.steps[0]?.output).toEqual(before.steps[0]?.output);
      expect(after.output?.output).toEqual(before.output?.output);
      expect(after.totals.parameters).toBe(twin.parameters);
      if (twin.parameters > before.totals.parameters) expect(twin.held).toContain("not possible");
      const back = isCnn ? convolutionalTwin(twin.design) : fullyConnectedTwin(twin.design);
      expect(made(back).design.name).toBe(`Random · ${isCnn ? "convolutional" : "fully connected"}`);
    }),
    { numRuns: 25 },
  );
});
