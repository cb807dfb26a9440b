import { compile } from "../../shared/compile/compile.ts";
import type { Problem } from "../../shared/compile/plan.ts";
import type { Document } from "../../shared/graph/document.ts";
import type { Design } from "../../shared/graph/graph.ts";
import { knownDataShape } from "../../shared/train/dataset.ts";
import type { Ending, Io } from "./io.ts";
import { chosen, openDocument } from "./open-design.ts";
import type { Words } from "./words.ts";

/** Lists the problems of one design, or of all of them. */
export async function check(words: Words, io: Io): Promise<Ending> {
  const document = await openDocument(words);
  if ("failed" in document) return document;
  const design = chosen(document, words);
  if ("wrong" in design) return design;
  const designs = words.values.design === undefined ? document.designs : [design];
  const found = designs.map((it) => ({ design: it, problems: problemsOf(it, document) }));
  if (words.json) io.out(`${JSON.stringify(found.flatMap(asJson), null, 1)}\n`);
  else for (const it of found) io.out(asText(it));
  return found.some(({ problems }) => problems.some((it) => it.severity === "error")) ? "problems" : "done";
}

interface Found {
  readonly design: Design;
  readonly problems: readonly Problem[];
}

/** What does not fit the document's data only warns: `train --data` may bring other images. */
function problemsOf(design: Design, { data }: Document): readonly Problem[] {
  const own = compile(design).problems;
  const withData = compile(design, { data: knownDataShape(data) }).problems;
  const fit = withData.filter((it) => it.code === "data-image" || it.code === "data-classes");
  return [...own, ...fit.map((it) => ({ ...it, severity: "warning" as const }))];
}

const asJson = ({ design, problems }: Found): readonly object[] =>
  problems.map(({ node, code, severity, message, repairs }) => ({
    design: design.name,
    node: node ?? null,
    code,
    severity,
    message,
    repairs: repairs.map((it) => it.title),
  }));

function asText({ design, problems }: Found): string {
  if (!problems.length) return `${design.name}: no problems\n`;
  const lines = problems.flatMap(({ node, severity, message, repairs }) => [
    `  ${severity}  ${node === undefined ? "" : `${node}: `}${message}`,
    ...repairs.map((it) => `    repair: ${it.title}`),
  ]);
  return `${design.name}:\n${lines.join("\n")}\n`;
}
