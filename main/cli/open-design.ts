import { compile } from "../../shared/compile/compile.ts";
import type { Plan, Problem } from "../../shared/compile/plan.ts";
import type { Document } from "../../shared/graph/document.ts";
import type { Design } from "../../shared/graph/graph.ts";
import { readDocument } from "../../shared/graph/read-document.ts";
import type { DataShape } from "../../shared/train/dataset.ts";
import { readDocumentFile } from "../files/read-document.ts";
import type { Words } from "./words.ts";

type Failed = { readonly failed: string };
type Wrong = { readonly wrong: string };

/** The document in the command's FILE. */
export async function openDocument({ operands: [path = ""] }: Words): Promise<Document | Failed> {
  const file = await readDocumentFile(path);
  if ("failed" in file) return file;
  const document = readDocument(file.text);
  return "refused" in document ? { failed: `Cannot open “${path}”: ${document.refused}` } : document;
}

/** The design that --design names, else the first one. */
export function chosen(document: Document, { values: { design: name } }: Words): Design | Wrong {
  const found = name === undefined ? document.designs[0] : document.designs.find((it) => it.name === name);
  return (
    found ?? { wrong: `there is no design ${JSON.stringify(name)}. The document has ${names(document)}.` }
  );
}

const names = ({ designs }: Document): string => designs.map((it) => JSON.stringify(it.name)).join(", ");

export const errorsOf = (plan: Plan): readonly Problem[] =>
  plan.problems.filter((it) => it.severity === "error");

/** A design's plan, or a sentence about the first thing that is wrong with it. */
export function readyPlan(design: Design, data?: DataShape): Plan | Failed {
  const plan = compile(design, { data });
  const [first, ...others] = errorsOf(plan);
  if (!first) return plan;
  const place = first.node === undefined ? "" : `${first.node}: `;
  const more = others.length ? ` And ${others.length} more: receptive check lists them all.` : "";
  const [repair] = first.repairs;
  return { failed: `${design.name}: ${place}${first.message}${repair ? ` ${repair.title}.` : ""}${more}` };
}
