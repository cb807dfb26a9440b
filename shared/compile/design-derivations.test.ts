import fc from "fast-check";
import { expect, test } from "vitest";
import { chain } from "../graph/chain.ts";
import { arbitraryGraph } from "./arbitrary-graphs.ts";
import { compile } from "./compile.ts";
import { designDerivations } from "./design-derivations.ts";
import { depthOf } from "./longest-path.ts";
import { peakMemory } from "./memory.ts";
import { shareDerivations, sharesOf } from "./shares.ts";
import { workedOut } from "./testing/worked-out.ts";

test("totals say which layers they are the sum of", () => {
  const plan = compile(
    chain("Small", [
      ["input", { height: 4, width: 4 }],
      ["conv2d", { filters: 2 }],
      "flatten",
      ["dense", { units: 3 }],
    ]),
  );
  const told = Object.fromEntries(
    designDerivations(plan, 10, 2).map((it) => [
      it.quantity,
      `${it.lines[0]?.formula}: ${it.lines[0]?.worked}`,
    ]),
  );
  expect(told.parameters).toBe("conv_1 + dense_1: 20 + 99 = 119");
  expect(told.inferencePeak).toBe(
    "bytes per value · (parameters + batch · (conv_1 + flatten_1)): 4·(119 + 10·(32 + 32)) = 3,036",
  );
  expect(told.depth).toBe("image → conv_1 → flatten_1 → dense_1: 3");
});

test("many layers are summed up in words", () => {
  const plan = compile(chain("Deep", ["input", ...Array.from({ length: 30 }, () => "conv2d" as const)]));
  const [parameters, , , , , , , , depth] = designDerivations(plan, 1, 0);
  expect(parameters?.lines[0]?.formula).toMatch(/^(conv_\d+ \+ ){11}19 smaller layers$/);
  expect(depth?.lines[0]?.formula).toMatch(/^image → .* → … → conv_28 → conv_29 → conv_30$/);
});

test("every formula comes to its total, and the layers' shares add up to one", () => {
  fc.assert(
    fc.property(arbitraryGraph({ sound: true }), (graph) => {
      const plan = compile(graph);
      const { totals } = plan;
      const peak = peakMemory(plan, 5, 1);
      const expected = {
        ...totals,
        inferencePeak: peak.inference.bytes,
        trainingPeak: peak.training.bytes,
        depth: depthOf(plan),
      };
      for (const { quantity, value, lines } of designDerivations(plan, 5, 1)) {
        const [left = "", right = left] = (lines[0]?.worked ?? "").split(" = ");
        expect(workedOut(left), quantity).toBe(expected[quantity]);
        expect(right).toBe(value.replace(" bytes", ""));
        expect(workedOut(right)).toBe(expected[quantity]);
      }
      for (const step of plan.steps)
        for (const { quantity, value, lines } of shareDerivations(step, totals)) {
          const [left = "", right = ""] = (lines[0]?.worked ?? "").split(" = ");
          const share = sharesOf(step, totals)[shareOf[quantity]];
          expect(workedOut(left)).toBeCloseTo(100 * share, 9);
          expect(value).toBe(`${right} %`);
        }
      for (const of of ["parameters", "macs", "memory"] as const) {
        const all = plan.steps.reduce((sum, it) => sum + sharesOf(it, totals)[of], 0);
        const total = of === "memory" ? totals.activationBytes : totals[of];
        expect(all).toBeCloseTo(total ? 1 : 0, 9);
      }
    }),
    { numRuns: 300, seed: 61 },
  );
});

const shareOf = { parametersShare: "parameters", macsShare: "macs", memoryShare: "memory" } as const;
