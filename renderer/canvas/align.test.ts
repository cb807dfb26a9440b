import { expect, test } from "vitest";
import type { Graph } from "../../shared/graph/graph.ts";
import { inColumn, inRow } from "./align.ts";

const spread: Graph = {
  nodes: ["a", "b", "c"].map((id, index) => ({ id, kind: "conv2d", values: {}, at: [index * 7, index * 9] })),
  wires: [],
};

test("a column follows its first card's left edge; other cards stay", () => {
  expect(inColumn(spread, ["b", "c"]).nodes.map((it) => it.at)).toEqual([
    [0, 0],
    [7, 9],
    [7, 18],
  ]);
});

test("a row follows its first card's upper edge", () => {
  expect(inRow(spread, ["a", "c"]).nodes.map((it) => it.at)).toEqual([
    [0, 0],
    [7, 9],
    [14, 0],
  ]);
});

test("nothing chosen changes nothing", () => {
  expect(inRow(spread, [])).toBe(spread);
});
