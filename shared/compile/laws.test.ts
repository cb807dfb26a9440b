import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { volume } from "../nodes/shape.ts";
import { arbitraryGraph } from "./arbitrary-graphs.ts";
import { compile } from "./compile.ts";
import type { Plan } from "./plan.ts";
import { initialWeights, weightsFit } from "./weights.ts";

const data = { example: [28, 28, 1], classes: 10 } as const;
const whole = (it: number) => Number.isSafeInteger(it) && it >= 0;

describe("any drawing", () => {
  test("compiles without a throw, and sizes are positive whole numbers", () => {
    fc.assert(
      fc.property(arbitraryGraph({ sound: false }), fc.boolean(), (graph, withData) => {
        const plan = compile(graph, withData ? { data } : {});
        for (const { output, parameters, trainable, macs, receptiveField } of plan.steps) {
          expect(output.every((it) => Number.isSafeInteger(it) && it > 0)).toBe(true);
          expect([parameters, trainable, macs, ...receptiveField].every(whole)).toBe(true);
          expect(trainable).toBeLessThanOrEqual(parameters);
        }
        if (plan.ready) expect(plan.steps).toHaveLength(graph.nodes.length);
        else expect(plan.problems.some((it) => it.severity === "error")).toBe(true);
      }),
      { numRuns: 4000, seed: 1 },
    );
  });
});

test("what was compiled before changes nothing", () => {
  fc.assert(
    fc.property(
      arbitraryGraph({ sound: false }),
      arbitraryGraph({ sound: false }),
      fc.nat(20),
      (graph, other, at) => {
        compile(graph);
        // The same node objects between other wires, or with other settings in one of them.
        const place = at % Math.max(1, graph.nodes.length);
        const changed = graph.nodes.map((it, index) => (index === place ? { ...it, values: {} } : it));
        for (const edited of [
          { ...graph, wires: other.wires },
          { ...graph, wires: graph.wires.map((it) => ({ ...it, slot: 0 })) },
          { ...graph, nodes: changed },
        ])
          expect(told(compile(edited))).toEqual(told(compile(structuredClone(edited))));
      },
    ),
    { numRuns: 600, seed: 6 },
  );
});

/** A plan without its functions; repairs are tried anew whenever they are read. */
const told = ({ steps, problems, totals, ready }: Plan) => ({
  steps: steps.map(({ kind: _, ...it }) => it),
  problems: problems.map(({ code, node, message }) => ({ code, node, message })),
  totals,
  ready,
});

test("initial weights fit their plan, follow the seed, and keep to Glorot's limit", () => {
  fc.assert(
    fc.property(arbitraryGraph({ sound: true }), (graph) => {
      const plan = compile(graph);
      const weights = initialWeights(plan, 7);
      expect(weightsFit(plan, weights)).toBe(true);
      expect(initialWeights(plan, 7)).toEqual(weights);
      const stored = Object.values(weights).flat();
      expect(stored.reduce((sum, it) => sum + it.length, 0)).toBe(plan.totals.parameters);
      for (const step of plan.steps)
        for (const [index, { initial, shape }] of step.weights.entries()) {
          if (initial !== "glorotUniform") continue;
          // Kernels of a locally connected layer stand at positions, which are no part of what one unit sees.
          const window = step.kind.name === "dense" ? [] : shape.slice(-4, -2);
          const limit = Math.sqrt(6 / (volume(window) * ((shape.at(-2) ?? 0) + (shape.at(-1) ?? 0))));
          const values = weights[step.node.id]?.[index] ?? [];
          expect(Math.max(...Array.from(values, Math.abs))).toBeLessThanOrEqual(limit);
        }
    }),
    { numRuns: 300, seed: 3 },
  );
});
