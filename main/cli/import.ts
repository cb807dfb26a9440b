import { compile } from "../../shared/compile/compile.ts";
import type { Weights } from "../../shared/compile/weights.ts";
import { counted } from "../../shared/emit/figures.ts";
import { writeWeightsFile } from "../../shared/emit/weights-file.ts";
import type { Design } from "../../shared/graph/graph.ts";
import { writeDocument } from "../../shared/graph/write-document.ts";
import { asDocument } from "../../shared/import/as-document.ts";
import type { Entry, Imported } from "../../shared/import/imported.ts";
import { importModel } from "../../shared/import/index.ts";
import { writeFolder } from "../files/export-files.ts";
import { readModelFiles } from "../files/model-files.ts";
import { explain } from "../files/trouble.ts";
import { writeWhole } from "../files/write-whole.ts";
import type { Ending, Io } from "./io.ts";
import { chosen, openDocument } from "./open-design.ts";
import { isSameFile } from "./same-file.ts";
import { table } from "./table.ts";
import { freshFolder, weightsName } from "./training-folder.ts";
import type { Words } from "./words.ts";

/**
 * Reads a model of another program: its design into a document, its weights into a folder that `train` and `export`
 * take. Where layers are missing, the report is printed and nothing is written, unless --gaps allows it.
 */
export async function importDesign(words: Words, io: Io): Promise<Ending> {
  const wrong = await wrongUse(words);
  if (wrong) return { wrong };
  const onto = await designFor(words);
  if (onto && ("failed" in onto || "wrong" in onto)) return onto;
  const read = await readModelFiles(words.operands);
  if ("failed" in read) return read;
  const answer = await importModel(read.files, onto);
  if ("refused" in answer) return { failed: answer.refused };

  const isAllowed = words.flags.has("gaps") || answer.report.every((it) => it.fate !== "refused");
  const written = isAllowed ? await write(words, answer) : undefined;
  if (written) return written;
  io.out(words.json ? `${JSON.stringify(asJson(answer, isAllowed), null, 1)}\n` : asText(answer));
  if (!isAllowed)
    io.err(
      "Nothing was written, because layers are missing. With --gaps the rest is written without weights.\n",
    );
  return isAllowed ? "done" : "problems";
}

async function wrongUse({ operands, values: { out, onto, weights } }: Words): Promise<string | undefined> {
  if (onto === undefined && out === undefined)
    return "--out FILE is missing: the document to write. Weights alone go onto a design with --onto FILE.";
  if (onto !== undefined && out !== undefined)
    return "--out has no use with --onto, whose design stays as it is. Leave it out.";
  if (onto !== undefined && weights === undefined)
    return "--weights DIR is missing: the folder for the weights that fit the design of --onto.";
  for (const path of operands)
    if (out !== undefined && (await isSameFile(path, out)))
      return "--out is the model itself. Name another file, such as model.receptive.";
  return undefined;
}

/** The design that --onto names, with --design where its document holds several. */
async function designFor(words: Words): Promise<Design | Exclude<Ending, string> | undefined> {
  const { onto } = words.values;
  if (onto === undefined) return undefined;
  const document = await openDocument({ ...words, operands: [onto] });
  return "failed" in document ? document : chosen(document, words);
}

/** Nothing where all went well. */
async function write(
  { values: { out, weights: folder }, operands }: Words,
  { design, weights, report }: Imported,
): Promise<{ readonly failed: string } | undefined> {
  if (folder !== undefined && !weights)
    return { failed: "The model comes without weights, so there are none for --weights. Leave it out." };
  const trouble = folder === undefined ? undefined : await freshFolder(folder);
  if (trouble) return trouble;
  try {
    if (folder !== undefined && weights)
      await writeFolder(folder, filesOf(design, weights, operands, report));
  } catch (error) {
    return { failed: explain(error, "export", folder ?? "") };
  }
  try {
    if (out !== undefined) await writeWhole(out, writeDocument(asDocument(design)));
  } catch (error) {
    return { failed: explain(error, "save", out ?? "") };
  }
  return undefined;
}

/** The weights as `train --out` writes them, and where they come from. */
const filesOf = (design: Design, weights: Weights, from: readonly string[], report: readonly Entry[]) => [
  { name: weightsName, bytes: writeWeightsFile(compile(design), weights) },
  {
    name: "import.json",
    bytes: Uint8Array.from(
      new TextEncoder().encode(`${JSON.stringify({ design: design.name, from, report }, null, 1)}\n`),
    ),
  },
];

const asJson = ({ design, weights, report }: Imported, isWritten: boolean): object => ({
  design: design.name,
  parameters: compile(design).totals.parameters,
  weights: weights !== undefined,
  written: isWritten,
  report: report.map(({ source, fate, node, words }) => ({ source, fate, node: node ?? null, words })),
});

function asText({ design, weights, report }: Imported): string {
  const rows = report.map(({ source, fate, node, words }) => [source, fate, node ?? "–", words]);
  const columns = ["in the file", "", "node", ""].map((title) => ({ title }));
  const { parameters } = compile(design).totals;
  const summary = `${design.name}: ${counted(design.nodes.length, "layer")}, ${counted(parameters, "parameter")}, ${weights ? "with weights" : "without weights"}`;
  return `${table(columns, rows)}\n${summary}\n`;
}
