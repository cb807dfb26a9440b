import type { Graph } from "../../graph/graph.ts";
import { type Plan, type Problem, type ProblemCode, problemRanks, type Repair } from "../plan.ts";
import type { Finding } from "./finding.ts";

/** Repairs offered for one problem. */
const mostOffered = 4;
/** Of how many problems repairs are tried: each costs a compilation, and a thousand would stall the window. */
const mostRepaired = (nodes: number): number => Math.max(5, Math.min(50, Math.floor(20_000 / nodes)));

/** Place of each code in the list of all. */
const places = new Map<ProblemCode, number>(problemRanks.flat().map((code, place) => [code, place]));
/** Rank of each code, 0 the highest. */
const ranks = new Map<ProblemCode, number>(
  problemRanks.flatMap((codes, rank) => codes.map((code) => [code, rank] as const)),
);

export const rankOf = (code: ProblemCode): number => ranks.get(code) ?? 0;

/** Two problems with one key are the same trouble at the same node. */
export const keyOf = ({ code, node }: Pick<Problem, "code" | "node">): string => `${code} ${node ?? ""}`;

/**
 * The findings as problems, by rank. `compiled` compiles another graph as this one was: each repair is applied and judged
 * by it before it is offered, once somebody looks at it.
 */
export function published(
  findings: readonly Finding[],
  graph: Graph,
  compiled: (graph: Graph) => Plan,
): readonly Problem[] {
  if (findings.length === 0) return [];
  const sorted = findings.toSorted((a, b) => (places.get(a.code) ?? 0) - (places.get(b.code) ?? 0));
  const before = new Set(sorted.map(keyOf));
  const repaired = mostRepaired(graph.nodes.length);
  return sorted.map((finding, place): Problem => {
    const { code, node, nodes = [], wires = [], message } = finding;
    let tried: readonly Repair[] | undefined;
    return {
      code,
      severity: "error",
      ...(node === undefined ? {} : { node }),
      nodes,
      wires,
      message,
      get repairs() {
        tried ??= place < repaired ? soundOnes(finding, graph, before, compiled) : [];
        return tried;
      },
    };
  });
}

function soundOnes(
  finding: Finding,
  graph: Graph,
  before: ReadonlySet<string>,
  compiled: (graph: Graph) => Plan,
): readonly Repair[] {
  const sound: { readonly repair: Repair; readonly fresh: number }[] = [];
  for (const candidate of finding.candidates()) {
    if (sound.length === mostOffered) break;
    for (const repair of "apply" in candidate ? [candidate] : candidate) {
      const changed = repair.apply(graph);
      const fresh = changed === graph ? undefined : outcome(finding, before, compiled(changed));
      if (fresh === undefined) continue;
      if (sound.every((it) => it.repair.title !== repair.title)) sound.push({ repair, fresh });
      break;
    }
  }
  if (finding.byOutcome) sound.sort((a, b) => a.fresh - b.fresh);
  return sound.map(({ repair }) => repair);
}

/** How many new errors a repaired plan has; undefined where the problem is still there or one of higher rank came up. */
function outcome(finding: Finding, before: ReadonlySet<string>, after: Plan): number | undefined {
  if (after.problems.some((it) => isStill(it, finding))) return undefined;
  const fresh = after.problems.filter((it) => it.severity === "error" && !before.has(keyOf(it)));
  return fresh.some((it) => rankOf(it.code) < rankOf(finding.code)) ? undefined : fresh.length;
}

/** Of these a node may have several, one after the other: it may lie on two circles, or have two settings that are wrong. */
const repeatable: ReadonlySet<ProblemCode> = new Set(["cycle", "setting", "settings-clash"]);

const isStill = (problem: Problem, finding: Finding): boolean =>
  keyOf(problem) === keyOf(finding) && (!repeatable.has(finding.code) || problem.message === finding.message);
