import { expect, test } from "vitest";
import type { Graph, GraphNode, Wire } from "../graph/graph.ts";
import { compile } from "./compile.ts";
import { derivationsOf } from "./derivations.ts";
import { designDerivations } from "./design-derivations.ts";
import { depthOf } from "./longest-path.ts";
import { peakMemory } from "./memory.ts";

/** Convolutions one behind the other, every fourth node adding what came in four before. */
function deep(count: number): Graph {
  const nodes: GraphNode[] = [{ id: "n0", kind: "input", values: { height: 8, width: 8 }, at: [0, 0] }];
  const wires: Wire[] = [];
  for (let index = 1; index < count; index++) {
    const joins = index % 4 === 0 && index > 4;
    nodes.push({ id: `n${index}`, kind: joins ? "add" : "conv2d", values: {}, at: [0, 0] });
    wires.push({ from: `n${index - 1}`, to: `n${index}`, slot: 0 });
    if (joins) wires.push({ from: `n${index - 4}`, to: `n${index}`, slot: 1 });
  }
  return { nodes, wires };
}

test("ten thousand layers compile, and their numbers are told, without a stack overflow", () => {
  const plan = compile(deep(10_000));
  expect(plan).toMatchObject({ ready: true, problems: [] });
  expect(plan.steps).toHaveLength(10_000);
  expect(depthOf(plan)).toBe(9999);
  // Between an addition's inputs: three outputs of 8·8·8 at once.
  expect(peakMemory(plan, 1, 0).inference.bytes).toBe(4 * (plan.totals.parameters + 3 * 512));
  expect(designDerivations(plan, 1, 0)).toHaveLength(9);
  expect(derivationsOf(plan, "n9999", 1).length).toBeGreaterThan(8);
});
