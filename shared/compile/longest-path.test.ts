import fc from "fast-check";
import { expect, test } from "vitest";
import { chain } from "../graph/chain.ts";
import type { Graph, GraphNode } from "../graph/graph.ts";
import type { KindName } from "../nodes/index.ts";
import { arbitraryGraph } from "./arbitrary-graphs.ts";
import { compile } from "./compile.ts";
import { depthOf, longestPath } from "./longest-path.ts";

test("a chain is its own longest path", () => {
  const plan = compile(chain("LeNet", ["input", "conv2d", "maxPool2d", "flatten", "dense"]));
  expect(longestPath(plan)).toEqual(["image", "conv_1", "max_pool_1", "flatten_1", "dense_1"]);
  expect(depthOf(plan)).toBe(4);
});

test("past a skip connection it takes the long way, and it ends at the output", () => {
  const node = (id: string, kind: KindName): GraphNode => ({ id, kind, values: {}, at: [0, 0] });
  const wire = (from: string, to: string, slot = 0) => ({ from, to, slot });
  const graph: Graph = {
    nodes: [node("a", "input"), node("b", "conv2d"), node("c", "conv2d"), node("sum", "add")],
    wires: [wire("a", "b"), wire("b", "c"), wire("b", "sum"), wire("c", "sum", 1)],
  };
  expect(longestPath(compile(graph))).toEqual(["a", "b", "c", "sum"]);
});

test("nothing drawn has no depth", () => {
  expect(depthOf({ steps: [], output: undefined })).toBe(0);
});

test("it follows wires, and no other way is longer", () => {
  fc.assert(
    fc.property(arbitraryGraph({ sound: false }), (graph) => {
      const plan = compile(graph);
      const path = longestPath(plan);
      const step = (id: string) => plan.steps.find((it) => it.node.id === id);
      for (const [place, id] of path.entries())
        if (place > 0) expect(step(id)?.sources).toContain(path[place - 1]);
      const length = (id: string): number => 1 + Math.max(0, ...(step(id)?.sources ?? []).map(length));
      const ends = plan.output ? [plan.output] : plan.steps;
      expect(path).toHaveLength(Math.max(0, ...ends.map((it) => length(it.node.id))));
    }),
    { numRuns: 500, seed: 13 },
  );
});
