import { describe, expect, test } from "vitest";
import { arrange } from "./arrange.ts";
import { card, grid } from "./card.ts";
import { chain, type Link } from "./chain.ts";
import { addNode, connect, moveNodes } from "./edits.ts";
import { type Graph, nodeOf } from "./graph.ts";
import { rows } from "./rows.ts";

const height = 240;
const overlaps = (graph: Graph, tall: number): boolean =>
  graph.nodes.some((a, index) =>
    graph.nodes
      .slice(index + 1)
      .some((b) => Math.abs(a.at[0] - b.at[0]) < card.width && Math.abs(a.at[1] - b.at[1]) < tall),
  );
const flowsDown = (graph: Graph): boolean =>
  graph.wires.every(({ from, to }) => (nodeOf(graph, from)?.at[1] ?? 0) < (nodeOf(graph, to)?.at[1] ?? 0));

/** Blocks with a path around each, all nodes dropped on one spot. */
function tangled(blocks: number): Graph {
  let graph: Graph = addNode({ nodes: [], wires: [] }, "input", [500, 60]).graph;
  let last = "image";
  for (let block = 0; block < blocks; block++) {
    const conv = addNode(graph, "conv2d", [500, 60]);
    const add = addNode(conv.graph, "add", [500, 60]);
    graph = connect(connect(connect(add.graph, last, conv.id), conv.id, add.id), last, add.id);
    last = add.id;
  }
  return graph;
}

describe.each([10, 200])("%i blocks with paths around them", (blocks) => {
  const tidy = arrange(tangled(blocks), () => height);

  test("flow down without overlap, on the grid, from where they stood", () => {
    expect(flowsDown(tidy)).toBe(true);
    expect(overlaps(tidy, height)).toBe(false);
    expect(tidy.nodes.every(({ at }) => at.every((it) => it % grid === 0))).toBe(true);
    expect(Math.min(...tidy.nodes.map((it) => it.at[0]))).toBe(500);
    expect(Math.min(...tidy.nodes.map((it) => it.at[1]))).toBe(60);
  });

  test("stay as they are when they are tidy", () => {
    expect(arrange(tidy, () => height)).toBe(tidy);
  });
});

test("a chain is one column, whatever order its nodes were made in", () => {
  const graph = moveNodes(chain("a", ["input", "conv2d", "flatten", "dense"]), ["conv_1"], [333, -77]);
  expect(new Set(arrange(graph).nodes.map((it) => it.at[0])).size).toBe(1);
});

test("circles and the longest chains come out as well", () => {
  const circle: Graph = {
    ...chain("a", ["conv2d", "conv2d"]),
    wires: [
      { from: "conv_1", to: "conv_2", slot: 0 },
      { from: "conv_2", to: "conv_1", slot: 0 },
    ],
  };
  expect(overlaps(arrange(circle), card.height)).toBe(false);
  expect(rows(circle)).toEqual([["conv_1", "conv_2"]]);
  const links: readonly Link[] = ["input", ...Array.from({ length: 999 }, (): Link => "dropout")];
  expect(flowsDown(arrange(moveNodes(chain("a", links), ["dropout_500"], [0, -9999])))).toBe(true);
});
