import { expect, test } from "vitest";
import { compile } from "../compile/compile.ts";
import { answered } from "../graph/reading.ts";
import { createDraft } from "./draft.ts";

const array = (...shape: readonly number[]) => ({
  shape,
  values: new Float32Array(shape.reduce((product, it) => product * it, 1)),
});

test("ids come from names, defaults are left out, weights come along", () => {
  const draft = createDraft();
  const image = draft.place({
    source: "x",
    name: "Input 1",
    kind: "input",
    values: { height: 8, width: 8 },
    inputs: [],
  });
  const conv = draft.place({
    source: "c",
    name: "block/Conv",
    kind: "conv2d",
    values: { kernel: [3, 3], filters: 8, stride: [2, 2] },
    inputs: [image],
    arrays: [array(3, 3, 1, 8), array(8)],
  });
  expect(conv).toEqual({ node: "block_conv", shape: [4, 4, 8] });
  const { design, weights, report } = draft.finish("My\nmodel");
  expect(design).toMatchObject({
    name: "My model",
    nodes: [
      { id: "input_1", values: { height: 8, width: 8 } },
      { id: "block_conv", values: { stride: [2, 2] } },
    ],
    wires: [{ from: "input_1", to: "block_conv", slot: 0 }],
  });
  expect(Object.keys(weights ?? {})).toEqual(["block_conv"]);
  expect(report.map((it) => it.fate)).toEqual(["mapped", "mapped"]);
  expect(compile(design).ready).toBe(true);
});

test("a gap leaves the neighbours without a wire, and the weights out", () => {
  const draft = createDraft();
  const image = draft.place({ source: "x", name: "x", kind: "input", inputs: [] });
  const gap = draft.leaveGap("lstm (LSTM)", "There are no recurrent layers.");
  const dense = draft.place({
    source: "d",
    name: "d",
    kind: "dense",
    inputs: [gap],
    arrays: [array(9, 64), array(64)],
  });
  expect(image?.shape).toEqual([28, 28, 1]);
  expect(dense).toEqual({ node: "d", shape: undefined });
  const { design, weights, report } = draft.finish("");
  expect(design.nodes.map((it) => it.id)).toEqual(["x", "d"]);
  expect(design.wires).toEqual([]);
  expect(design.name).toBe("Imported model");
  expect(weights).toBeUndefined();
  expect(report.map((it) => it.fate)).toEqual(["mapped", "refused", "mapped"]);
});

test("what a kind refuses becomes a gap with its words", () => {
  const draft = createDraft();
  const image = draft.place({ source: "x", name: "x", kind: "input", inputs: [] });
  const place = (kind: "conv2d" | "depthwiseConv2d" | "dense", values = {}) =>
    draft.place({ source: kind, name: kind, kind, values, inputs: [image] });
  expect(place("conv2d", { filters: 0 })).toBeUndefined();
  expect(place("depthwiseConv2d", { stride: [1, 2] })).toBeUndefined();
  expect(place("dense")).toBeUndefined();
  expect(draft.finish("x").report.map((it) => it.words)).toEqual([
    "",
    "Filters of Conv 2D must be a whole number from 1 to 65536, got 0.",
    "Depthwise Conv 2D needs one stride for both axes, got 1×2.",
    "Dense needs a vector, got 28×28×1.",
  ]);
});

test("arrays of another shape refuse the file and name both shapes", () => {
  const draft = createDraft();
  const image = draft.place({ source: "x", name: "x", kind: "input", inputs: [] });
  const met = answered(() =>
    draft.place({
      source: "c (Conv2D)",
      name: "c",
      kind: "conv2d",
      inputs: [image],
      arrays: [array(3, 3, 2, 8), array(8)],
    }),
  );
  expect(met).toEqual({
    refused: expect.stringMatching(/^The kernel of c \(Conv2D\) is 3×3×2×8 in the file, .* ask for 3×3×1×8/),
  });
});
