import type { Plan } from "../../shared/compile/plan.ts";
import { initialWeights } from "../../shared/compile/weights.ts";
import { type Format, formats, isFormatName } from "../../shared/emit/index.ts";
import { proofWords } from "../../shared/emit/proof.ts";
import { type Wanted, writeFormat } from "../../shared/emit/write-format.ts";
import type { Document } from "../../shared/graph/document.ts";
import type { Design } from "../../shared/graph/graph.ts";
import { knownDataShape } from "../../shared/train/dataset.ts";
import { writeFolder } from "../files/export-files.ts";
import { explain } from "../files/trouble.ts";
import { writeWhole } from "../files/write-whole.ts";
import { nodePaint } from "../painting.ts";
import type { Made } from "./engine.ts";
import type { Ending, Io } from "./io.ts";
import { chosen, openDocument, readyPlan } from "./open-design.ts";
import { isSameFile } from "./same-file.ts";
import { freshFolder, readTrainedWeights } from "./training-folder.ts";
import type { Words } from "./words.ts";

/** Writes a design in one of the formats, a file or a folder; models are loaded again and compared before. */
export async function exportDesign(words: Words, io: Io): Promise<Ending> {
  const { format: name = "", out = "", weights: folder } = words.values;
  if (!isFormatName(name))
    return { wrong: `--format must be ${Object.keys(formats).join(", ")}, got ${JSON.stringify(name)}.` };
  const format: Format = formats[name];
  if (folder !== undefined && !format.needsWeights)
    return { wrong: `--weights has no use with ${name}, which holds no weights. Leave it out.` };
  const document = await openDocument(words);
  if ("failed" in document) return document;
  const design = chosen(document, words);
  if ("wrong" in design) return design;
  // A program also loads the images; a model or a picture is of the design alone.
  const plan = readyPlan(design, format.group === "program" ? knownDataShape(document.data) : undefined);
  if ("failed" in plan) return plan;
  const given = await weightsFor(format, plan, document, folder);
  if ("failed" in given) return given;
  const trouble = await troubleWithPlace(format, words);
  if (trouble) return trouble;

  const { recipe, data } = document;
  const subject = { title: design.name, plan, recipe, data };
  const made = await make(format, { format: name, subject, given, paint: nodePaint }, design);
  if ("failed" in made) return made;
  if ("refused" in made) return { failed: `${design.name}: ${made.refused}` };
  try {
    await put(format, out, made.files);
  } catch (error) {
    return { failed: explain(error, "export", out) };
  }
  if (format.needsWeights && !given.trained) io.err(untrained(recipe.seed));
  io.err(`Exported ${design.name} as ${name} to ${out}${made.proof ? `. ${proofWords(made.proof)}` : ""}\n`);
  return "done";
}

async function weightsFor(
  { needsWeights }: Format,
  plan: Plan,
  { recipe }: Document,
  folder: string | undefined,
): Promise<Wanted["given"] | { readonly failed: string }> {
  if (!needsWeights) return { weights: {}, trained: false };
  if (folder === undefined) return { weights: initialWeights(plan, recipe.seed), trained: false };
  const read = await readTrainedWeights(folder, plan);
  return "failed" in read ? read : { weights: read.weights, trained: true };
}

/** Formats without weights need no tfjs, which takes half a second to load. */
async function make(
  format: Format,
  wanted: Wanted,
  design: Design,
): Promise<Made | { readonly failed: string }> {
  if (!format.needsWeights && format.makes !== "tfjs" && format.makes !== "bundle") {
    const file = await writeFormat(format, wanted);
    return "refused" in file ? file : { files: [file] };
  }
  const engine = await import("./engine.ts");
  if (!(await engine.firstBackend(undefined)))
    return { failed: "No backend starts on this machine. Try a newer Node." };
  return engine.makeExport(wanted, design);
}

async function put({ makes }: Format, out: string, files: Extract<Made, { files: unknown }>["files"]) {
  const [first] = files;
  if (makes === "tfjs" || !first) await writeFolder(out, files);
  else await writeWhole(out, first.bytes);
}

async function troubleWithPlace(
  format: Format,
  { operands: [source = ""], values: { out = "" } }: Words,
): Promise<Exclude<Ending, string> | undefined> {
  if (format.makes === "tfjs") return freshFolder(out);
  if (await isSameFile(source, out))
    return { wrong: `--out is the document itself. Name another file, such as model.${format.extension}.` };
  return undefined;
}

const untrained = (seed: number): string =>
  `Without --weights the model is untrained: its weights are those that seed ${seed} starts with.\n`;
