import fc from "fast-check";
import { expect, test } from "vitest";
import type { Graph } from "../graph/graph.ts";
import { arbitraryGraph } from "./arbitrary-graphs.ts";
import { compile } from "./compile.ts";
import { type Plan, type Problem, type ProblemCode, problemRanks, type Surroundings } from "./plan.ts";
import { previewOf } from "./preview.ts";

const arounds: readonly Surroundings[] = [
  {},
  { data: { example: [28, 28, 1], classes: 10 } },
  { data: { example: [13], classes: 3 } },
  { batch: 64, memoryBytes: 1.5e5 },
];

/** Nothing that was worked out before is known of the copies. */
const fresh = (graph: Graph, around: Surroundings): Plan => compile(structuredClone(graph), around);

const rank = (code: ProblemCode): number => problemRanks.findIndex((it) => it.some((one) => one === code));
const key = ({ code, node }: Problem): string => `${code} ${node}`;
const text = (it: Problem): string => `${key(it)} ${it.message}`;
const textsOf = ({ problems }: Pick<Plan, "problems">): readonly string[] => problems.map(text).sort();
const without = (some: readonly string[], others: readonly string[]) =>
  some.filter((it) => !others.includes(it));

test("repairs are sound: the problem is gone, nothing worse comes, and the preview tells the truth", () => {
  const met = new Map<ProblemCode, number>();
  const mended = new Map<ProblemCode, number>();
  let repairs = 0;
  fc.assert(
    fc.property(arbitraryGraph({ sound: false }), fc.constantFrom(...arounds), (graph, around) => {
      const before = fresh(graph, around);
      const known = new Set(before.problems.map(key));
      for (const problem of compile(graph, around).problems) {
        met.set(problem.code, (met.get(problem.code) ?? 0) + 1);
        if (problem.repairs.length) mended.set(problem.code, (mended.get(problem.code) ?? 0) + 1);
        for (const repair of problem.repairs) {
          repairs++;
          const words = `${problem.message} — ${repair.title}`;
          const after = fresh(repair.apply(graph), around);
          expect(after.problems.map(text), words).not.toContain(text(problem));
          const worse = after.problems.filter(
            (it) => !known.has(key(it)) && rank(it.code) < rank(problem.code),
          );
          expect(worse.map(text), words).toEqual([]);

          const preview = previewOf(graph, repair, around);
          expect(changes(preview), words).toEqual(differences(before, after));
          expect(preview.totals).toEqual({ before: before.totals, after: after.totals });
          expect(textsOf({ problems: preview.solved })).toEqual(without(textsOf(before), textsOf(after)));
          expect(textsOf({ problems: preview.raised })).toEqual(without(textsOf(after), textsOf(before)));
        }
      }
    }),
    { numRuns: 2000, seed: 2 },
  );
  expect(repairs).toBeGreaterThan(5000);
  // A graph of an unknown kind cannot be drawn: problems.test.ts has one.
  for (const code of problemRanks.flat().filter((it) => it !== "unknown-kind")) {
    expect(met.get(code) ?? 0, `${code} is met`).toBeGreaterThan(10);
    expect((mended.get(code) ?? 0) / (met.get(code) ?? 0), `${code} has repairs`).toBeGreaterThan(0.8);
  }
}, 240_000);

type Lines = Readonly<Record<string, string>>;

/** What a preview says of each layer. */
function changes({ changed, added, removed }: ReturnType<typeof previewOf>): Lines {
  return Object.fromEntries([
    ...changed.map(({ id, before, after }) => [id, `${line(before)} → ${line(after)}`.trim()]),
    ...added.filter(({ after }) => after.output).map(({ id, after }) => [id, `→ ${line(after)}`]),
    ...removed.filter(({ before }) => before.output).map(({ id, before }) => [id, `${line(before)} →`]),
  ]);
}

/** The same from two plans that know nothing of each other. */
function differences(before: Plan, after: Plan): Lines {
  const old = new Map(before.steps.map((it) => [it.node.id, line(it)]));
  const now = new Map(after.steps.map((it) => [it.node.id, line(it)]));
  const ids = [...new Set([...old.keys(), ...now.keys()])];
  return Object.fromEntries(
    ids.flatMap((id) => {
      const [a, b] = [old.get(id), now.get(id)];
      return a === b ? [] : [[id, `${a ?? ""} → ${b ?? ""}`.trim()]];
    }),
  );
}

const line = (it: { output: readonly number[] | undefined; parameters: number; macs: number }): string =>
  it.output ? `${it.output.join("×")} ${it.parameters} ${it.macs}` : "";
