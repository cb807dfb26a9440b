import { realpath } from "node:fs/promises";
import { initialWeights } from "../../shared/compile/weights.ts";
import {
  type FileFormat,
  type FormatName,
  formats,
  isFormatName,
  type TextFormat,
} from "../../shared/emit/index.ts";
import type { Document } from "../../shared/graph/document.ts";
import type { Design } from "../../shared/graph/graph.ts";
import { knownDataShape } from "../../shared/train/dataset.ts";
import { writeFolder } from "../files/export-files.ts";
import { explain } from "../files/trouble.ts";
import { writeWhole } from "../files/write-whole.ts";
import type { Ending, Io } from "./io.ts";
import { chosen, openDocument, readyPlan } from "./open-design.ts";
import { freshFolder, readTrainedWeights } from "./training-folder.ts";
import type { Words } from "./words.ts";

/** Writes a design in one of the formats: a file, or a folder for tfjs. */
export async function exportDesign(words: Words, io: Io): Promise<Ending> {
  const { format: name = "", out = "", weights } = words.values;
  if (!isFormatName(name))
    return { wrong: `--format must be ${Object.keys(formats).join(", ")}, got ${JSON.stringify(name)}.` };
  const format = formats[name];
  if (weights !== undefined && !format.needsWeights)
    return { wrong: `--weights has no use with ${name}, which holds no weights. Leave it out.` };
  const document = await openDocument(words);
  if ("failed" in document) return document;
  const design = chosen(document, words);
  if ("wrong" in design) return design;
  switch (format.makes) {
    case "text":
      return writeText(document, design, name, format, words, io);
    case "file":
      return writeFile(document, design, name, format, words, io);
    case "tfjs":
      return writeTfjs(document, design, weights, out, io);
  }
}

async function writeText(
  { recipe, data }: Document,
  design: Design,
  name: FormatName,
  format: TextFormat,
  { operands: [source = ""], values: { out = "" } }: Words,
  io: Io,
): Promise<Ending> {
  // Pictures and tables show the graph alone; a program also loads the images.
  const plan = readyPlan(design, format.group === "program" ? knownDataShape(data) : undefined);
  if ("failed" in plan) return plan;
  if (await isSameFile(source, out))
    return { wrong: `--out is the document itself. Name another file, such as ${name}.${format.extension}.` };
  try {
    await writeWhole(out, format.emit({ title: design.name, plan, recipe, data }));
  } catch (error) {
    return { failed: explain(error, "export", out) };
  }
  io.err(`Exported ${design.name} as ${name} to ${out}\n`);
  return "done";
}

async function writeFile(
  { recipe, data }: Document,
  design: Design,
  name: FormatName,
  format: FileFormat,
  { operands: [source = ""], values: { out = "", weights: folder } }: Words,
  io: Io,
): Promise<Ending> {
  const plan = readyPlan(design);
  if ("failed" in plan) return plan;
  if (await isSameFile(source, out))
    return { wrong: `--out is the document itself. Name another file, such as model.${format.extension}.` };
  const read = folder === undefined ? undefined : await readTrainedWeights(folder, plan);
  if (read && "failed" in read) return read;
  const weights = read?.weights ?? initialWeights(plan, recipe.seed);
  const made = await format.write(
    { title: design.name, plan, recipe, data },
    { weights, trained: read !== undefined },
  );
  if ("refused" in made) return { failed: `${design.name}: ${made.refused}` };
  try {
    await writeWhole(out, made.bytes);
  } catch (error) {
    return { failed: explain(error, "export", out) };
  }
  if (!read) io.err(untrained(recipe.seed));
  io.err(`Exported ${design.name} as ${name} to ${out}\n`);
  return "done";
}

const untrained = (seed: number): string =>
  `Without --weights the model is untrained: its weights are those that seed ${seed} starts with.\n`;

async function writeTfjs(
  { recipe }: Document,
  design: Design,
  folder: string | undefined,
  out: string,
  io: Io,
): Promise<Ending> {
  const plan = readyPlan(design);
  if ("failed" in plan) return plan;
  const read = folder === undefined ? undefined : await readTrainedWeights(folder, plan);
  if (read && "failed" in read) return read;
  const weights = read?.weights ?? initialWeights(plan, recipe.seed);
  const trouble = await freshFolder(out);
  if (trouble) return trouble;
  const engine = await import("./engine.ts");
  if (!(await engine.firstBackend(undefined)))
    return { failed: "No backend starts on this machine. Try a newer Node." };
  const exported = await engine.exportTfjs(plan, weights);
  if ("refused" in exported) return { failed: `${design.name}: ${exported.refused}` };
  try {
    await writeFolder(out, exported.files);
  } catch (error) {
    return { failed: explain(error, "export", out) };
  }
  if (folder === undefined) io.err(untrained(recipe.seed));
  io.err(
    `Exported ${design.name} as tfjs to ${out}. Loaded again, its predictions differ by at most ${exported.largestDifference.toExponential(1)}\n`,
  );
  return "done";
}

async function isSameFile(a: string, b: string): Promise<boolean> {
  const [first, second] = await Promise.all([a, b].map((it) => realpath(it).catch(() => undefined)));
  return first !== undefined && first === second;
}
