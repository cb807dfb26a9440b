import { totalmem } from "node:os";
import { type Advice, adviceOn } from "../../shared/compile/advice/index.ts";
import { compile } from "../../shared/compile/compile.ts";
import type { Problem, Repair, Surroundings } from "../../shared/compile/plan.ts";
import { type Figures, previewOf } from "../../shared/compile/preview.ts";
import type { Document } from "../../shared/graph/document.ts";
import type { Design } from "../../shared/graph/graph.ts";
import { knownDataShape } from "../../shared/train/dataset.ts";
import type { Ending, Io } from "./io.ts";
import { chosen, openDocument } from "./open-design.ts";
import type { Words } from "./words.ts";

/** Lists the problems of one design, or of all of them, and advice on those that work. */
export async function check(words: Words, io: Io): Promise<Ending> {
  const document = await openDocument(words);
  if ("failed" in document) return document;
  const design = chosen(document, words);
  if ("wrong" in design) return design;
  const designs = words.values.design === undefined ? document.designs : [design];
  const advise = !words.flags.has("no-advice");
  const found = designs.map((it): Found => {
    const around = surroundings(document);
    const advice = advise ? adviceOn(compile(it), it, { data: around.data }) : [];
    return { design: it, around, problems: problemsOf(it, around), advice };
  });
  if (words.json) io.out(`${JSON.stringify(found.flatMap(asJson), null, 1)}\n`);
  else for (const it of found) io.out(asText(it));
  return found.some(({ problems }) => problems.some((it) => it.severity === "error")) ? "problems" : "done";
}

interface Found {
  readonly design: Design;
  readonly around: Surroundings;
  readonly problems: readonly Problem[];
  readonly advice: readonly Advice[];
}

/**
 * What does not fit the document's data, or its batch the memory of this machine, only warns: `train` may be given other
 * data and another batch.
 */
function problemsOf(design: Design, around: Surroundings): readonly Problem[] {
  const own = compile(design).problems;
  const known = new Set(own.map(keyOf));
  const fit = compile(design, around).problems.filter((it) => !known.has(keyOf(it)));
  return [...own, ...fit.map((it) => warning(it))];
}

const surroundings = ({ data, recipe: { batch } }: Document): Surroundings => ({
  data: knownDataShape(data),
  batch,
  memoryBytes: totalmem(),
});

const keyOf = ({ code, node, message }: Problem): string => `${code} ${node} ${message}`;

/** A copy by name: spreading would work out the repairs of every problem. */
const warning = (it: Problem): Problem => ({
  code: it.code,
  severity: "warning",
  ...(it.node === undefined ? {} : { node: it.node }),
  nodes: it.nodes,
  wires: it.wires,
  message: it.message,
  get repairs() {
    return it.repairs;
  },
});

const asJson = ({ design, around, problems, advice }: Found): readonly object[] => [
  ...problems.map(({ node, code, severity, message, nodes, wires, repairs }) => ({
    design: design.name,
    node: node ?? null,
    code,
    severity,
    message,
    nodes,
    wires,
    ...repairsJson(design, around, repairs),
  })),
  ...advice.map(({ code, nodes, message, why, repairs }) => ({
    design: design.name,
    node: nodes[0] ?? null,
    code,
    severity: "advice",
    message,
    why,
    nodes,
    wires: [],
    ...repairsJson(design, around, repairs),
  })),
];

/** The repairs' titles, and in the same order what each would change. */
const repairsJson = (design: Design, around: Surroundings, repairs: readonly Repair[]): object => ({
  repairs: repairs.map((it) => it.title),
  previews: repairs.map((it) => {
    const { changed, added, removed, rewired, totals, solved, raised } = previewOf(design, it, around);
    return {
      changed: changed.map(({ id, kind, before, after }) => ({
        id,
        kind,
        before: figuresJson(before),
        after: figuresJson(after),
      })),
      added: added.map(({ id, kind, after }) => ({ id, kind, after: figuresJson(after) })),
      removed: removed.map(({ id, kind, before }) => ({ id, kind, before: figuresJson(before) })),
      rewired,
      totals: {
        before: { parameters: totals.before.parameters, macs: totals.before.macs },
        after: { parameters: totals.after.parameters, macs: totals.after.macs },
      },
      solved: solved.map((problem) => problem.message),
      raised: raised.map((problem) => problem.message),
    };
  }),
});

const figuresJson = ({ output, parameters, macs }: Figures): object => ({
  output: output ?? null,
  parameters,
  macs,
});

function asText({ design, problems, advice }: Found): string {
  const lines = [
    ...problems.flatMap(({ node, severity, code, message, repairs }) => [
      `  ${severity}  ${node === undefined ? "" : `${node}: `}${message} [${code}]`,
      ...repairs.map((it) => `    repair: ${it.title}`),
    ]),
    ...advice.flatMap(({ nodes: [node], code, message, why, repairs }) => [
      `  advice  ${node === undefined ? "" : `${node}: `}${message} [${code}]`,
      `    why: ${why}`,
      ...repairs.map((it) => `    repair: ${it.title}`),
    ]),
  ];
  const heading = problems.length ? `${design.name}:` : `${design.name}: no problems`;
  return `${[heading, ...lines].join("\n")}\n`;
}
