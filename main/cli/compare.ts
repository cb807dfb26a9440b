import { compile } from "../../shared/compile/compile.ts";
import { grouped, shortBytes } from "../../shared/emit/figures.ts";
import { show } from "../../shared/nodes/shape.ts";
import type { Ending, Io } from "./io.ts";
import { openDocument } from "./open-design.ts";
import { totalsJson, warned } from "./summary.ts";
import { table } from "./table.ts";
import type { Words } from "./words.ts";

/** One row per design of a document. */
export async function compare(words: Words, io: Io): Promise<Ending> {
  const document = await openDocument(words);
  if ("failed" in document) return document;
  const compared = document.designs.map((design) => ({ design, plan: compile(design) }));
  if (words.json) {
    const rows = compared.map(({ design, plan }) => ({ design: design.name, ...totalsJson(plan.totals) }));
    io.out(`${JSON.stringify(rows, null, 1)}\n`);
  } else {
    const right = true;
    const columns = [
      { title: "design" },
      { title: "parameters", right },
      { title: "trainable", right },
      { title: "multiply-adds", right },
      { title: "activations", right },
      { title: "sees", right },
    ];
    const rows = compared.map(({ design, plan: { totals } }) => [
      design.name,
      grouped(totals.parameters),
      grouped(totals.trainable),
      grouped(totals.macs),
      shortBytes(totals.activationBytes),
      show(totals.receptiveField),
    ]);
    io.out(table(columns, rows));
  }
  const endings = compared.map(({ design, plan }) => warned(design, plan, io));
  return endings.find((it) => it !== "done") ?? "done";
}
