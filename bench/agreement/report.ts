import { compile } from "../../shared/compile/compile.ts";
import type { Graph } from "../../shared/graph/graph.ts";
import { kinds } from "../../shared/nodes/index.ts";
import { disagrees, type Finding } from "./agreement.ts";
import { traits } from "./traits.ts";

/** One line of the summary. Errors are shares of the largest value of an array. */
export interface Row {
  readonly kind: string;
  readonly designs: number;
  readonly output: number;
  /** Gradients and moving averages; undefined where the kind stores nothing. */
  readonly training: number | undefined;
  /** Designs in which the first disagreement is at this kind. */
  readonly disagree: number;
}

/** The summary as lines of text. */
export function table(rows: readonly Row[]): readonly string[] {
  const error = (it: number | undefined): string => it?.toExponential(1) ?? "";
  const cells = [
    ["kind", "designs", "output", "training", "disagree"],
    ...rows.map((it) => [
      it.kind,
      String(it.designs),
      error(it.output),
      error(it.training),
      String(it.disagree || ""),
    ]),
  ];
  return cells.map(([kind = "", ...numbers]) =>
    [kind.padEnd(20), ...numbers.map((it) => it.padStart(9))].join(" ").trimEnd(),
  );
}

export const summary = (designs: readonly Graph[], findings: readonly Finding[]): readonly Row[] => {
  const causes = causesOf(findings);
  return Object.keys(kinds).map((kind) => {
    const own = findings.filter((it) => it.kind === kind && it.error !== undefined);
    const training = own.filter((it) => it.what.includes(" of "));
    return {
      kind,
      designs: designs.filter((it) => it.nodes.some((node) => node.kind === kind)).length,
      output: worst(own.filter((it) => it.what === "output")),
      training: training.length ? worst(training) : undefined,
      disagree: causes.filter((it) => it.kind === kind).length,
    };
  });
};

const worst = (findings: readonly Finding[]): number =>
  findings.reduce((most, { error = 0 }) => Math.max(most, error), 0);

/** In how many designs each trait occurs. */
export function traitCounts(designs: readonly Graph[]): ReadonlyMap<string, number> {
  const plans = designs.map((it) => compile(it).steps);
  return new Map(
    Object.entries(traits).map(([name, has]) => [
      name,
      plans.filter((steps) => steps.some((it) => has(it, steps))).length,
    ]),
  );
}

/** The first disagreement in each design: those behind it follow from it, as far as one can know. */
const causesOf = (findings: readonly Finding[]): readonly Finding[] => {
  const causes = new Map<string, Finding>();
  for (const it of findings) if (disagrees(it) && !causes.has(it.case)) causes.set(it.case, it);
  return [...causes.values()];
};

/** The smallest design that disagrees, in words; undefined when all agree. */
export function smallestDisagreement(
  designs: readonly Graph[],
  findings: readonly Finding[],
): string | undefined {
  const [smallest] = causesOf(findings)
    .flatMap((finding) => {
      const design = designs[Number(finding.case)];
      if (!design) return [];
      // A result follows from what is before it; a gradient also from what is behind.
      return { finding, design: finding.what === "output" ? upTo(design, finding.node) : design };
    })
    .toSorted((a, b) => a.design.nodes.length - b.design.nodes.length);
  if (!smallest) return undefined;
  const { finding, design } = smallest;
  const wrong = finding.wrong ?? `error ${finding.error?.toExponential(1)} of the largest value`;
  const at = finding.node ? [`${finding.node} (${finding.kind})`] : [];
  const place = [`Design ${finding.case}`, ...at, finding.what].join(", ");
  return [`${place}: ${wrong}`, ...inWords(design)].join("\n");
}

/** One line for each node. */
export const inWords = ({ nodes, wires }: Graph): readonly string[] =>
  nodes.map(({ id, kind, values }) => {
    const sources = wires.filter((it) => it.to === id).toSorted((a, b) => a.slot - b.slot);
    return `  ${id} = ${kind}(${sources.map((it) => it.from).join(", ")}) ${JSON.stringify(values)}`;
  });

/** The part of a design that leads to a node. */
function upTo(design: Graph, id: string): Graph {
  const before = new Set([id]);
  // Drawn designs list every node behind its sources.
  for (const node of design.nodes.toReversed())
    if (before.has(node.id)) for (const wire of design.wires) if (wire.to === node.id) before.add(wire.from);
  return {
    nodes: design.nodes.filter((it) => before.has(it.id)),
    wires: design.wires.filter((it) => before.has(it.to)),
  };
}
