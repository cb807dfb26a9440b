import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Graph } from "../graph/graph.ts";
import { type KindName, kinds } from "../nodes/index.ts";
import { volume } from "../nodes/shape.ts";
import { arbitraryGraph, arbitraryValues } from "./arbitrary-graphs.ts";
import { compile } from "./compile.ts";
import type { Plan } from "./plan.ts";
import { counting } from "./testing/arithmetic.ts";
import { runByHand } from "./testing/by-hand.ts";
import { initialWeights } from "./weights.ts";

const size = fc.integer({ min: 1, max: 6 });

/** One layer on an image, or behind a flatten where it takes a vector; merges get the image twice. */
const alone = (kind: KindName): fc.Arbitrary<Graph> =>
  fc
    .tuple(fc.record({ height: size, width: size, channels: size }), arbitraryValues(kind, true))
    .map(([image, any]) => {
      // A random target would hardly ever hold as many values as come in.
      const values = kind === "reshape" ? { target: [image.height * image.width * image.channels] } : any;
      const chosen: readonly KindName[] =
        kinds[kind].takes === "vector" ? ["input", "flatten", kind] : ["input", kind];
      const nodes = chosen.map((it, index) => ({
        id: `n${index}`,
        kind: it,
        values: index === 0 ? image : it === kind ? values : {},
        at: [0, 0] as const,
      }));
      const wires = nodes.slice(1).map((it, index) => ({ from: `n${index}`, to: it.id, slot: 0 }));
      const second = wires.slice(-1).map((it) => ({ ...it, slot: 1 }));
      return { nodes, wires: kinds[kind].takes === "several" ? [...wires, ...second] : wires };
    });

/** Done by hand, each layer takes as many steps of each sort as the plan says. False where that would take long. */
function counted(plan: Plan): boolean {
  const { macs, additions, comparisons } = plan.totals;
  const small = plan.steps.every((it) => it.parameters < 20_000 && volume(it.output) < 5000);
  if (!small || macs + additions + comparisons > 60_000) return false;
  const example = Array.from({ length: volume(plan.steps[0]?.output ?? []) }, (_, at) => (at % 7) - 3);
  const on = counting();
  let before = { ...on.count };
  runByHand(plan, example, initialWeights(plan, 1), on, (step, output) => {
    expect(output).toHaveLength(volume(step.output));
    expect(
      {
        macs: on.count.macs - before.macs,
        additions: on.count.additions - before.additions,
        comparisons: on.count.comparisons - before.comparisons,
      },
      `${step.kind.name} ${JSON.stringify(step.values)} of ${JSON.stringify(step.inputs)}`,
    ).toEqual({ macs: step.macs, additions: step.additions, comparisons: step.comparisons });
    before = { ...on.count };
  });
  return true;
}

describe("multiply-adds, additions and comparisons are those of the arithmetic done by hand", () => {
  const names = Object.keys(kinds).filter((it) => it !== "input") as KindName[];
  test.each(names)("%s", (kind) => {
    let done = 0;
    fc.assert(
      fc.property(alone(kind), (graph) => {
        const plan = compile(graph);
        if (plan.steps.length === graph.nodes.length && counted(plan)) done++;
      }),
      { numRuns: 40, seed: 21 },
    );
    expect(done).toBeGreaterThan(10);
  });

  test("in designs of all kinds", () => {
    let done = 0;
    fc.assert(
      fc.property(arbitraryGraph({ sound: true }), (graph) => {
        if (counted(compile(graph))) done++;
      }),
      { numRuns: 200, seed: 22 },
    );
    expect(done).toBeGreaterThan(120);
  });
});
