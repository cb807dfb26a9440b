import type { Plan } from "../../shared/compile/plan.ts";
import { initialWeights, type Weights } from "../../shared/compile/weights.ts";
import { grouped } from "../../shared/emit/figures.ts";
import { writeWeightsFile } from "../../shared/emit/weights-file.ts";
import type { EpochReport, NamedBytes, Score } from "../../shared/protocol/training.ts";
import { dataShapeOf } from "../../shared/train/load-dataset.ts";
import { tableNotes } from "../../shared/train/table-notes.ts";
import { writeFolder } from "../files/export-files.ts";
import { explain } from "../files/trouble.ts";
import type { NodeBackend, Outcome } from "./engine.ts";
import { images } from "./images.ts";
import type { Ending, Io } from "./io.ts";
import { chosen, openDocument, readyPlan } from "./open-design.ts";
import { progressLine } from "./progress.ts";
import { recipeFrom } from "./recipe-options.ts";
import { table } from "./table.ts";
import { freshFolder, readTrainedWeights, weightsName } from "./training-folder.ts";
import type { Words } from "./words.ts";

/**
 * Trains a design. A run that the user stops or that diverges ends with exit status 1, and still prints what there is
 * and keeps the weights. One that breaks off keeps the last good ones.
 */
export async function trainDesign(words: Words, io: Io): Promise<Ending> {
  const document = await openDocument(words);
  if ("failed" in document) return document;
  const design = chosen(document, words);
  if ("wrong" in design) return design;
  const recipe = recipeFrom(document.recipe, words);
  if ("wrong" in recipe) return recipe;
  const { backend: named, out, data } = words.values;
  if (named !== undefined && !isNodeBackend(named))
    return { wrong: `--backend must be simd or cpu, got ${JSON.stringify(named)}.` };
  const dataset = await images(document.data, data);
  if ("failed" in dataset || "wrong" in dataset) return dataset;
  const plan = readyPlan(design, dataShapeOf(dataset));
  if ("failed" in plan) return plan;
  const begun = await startOf(words.values.weights, plan, recipe.seed);
  if ("failed" in begun) return begun;
  const trouble = out === undefined ? undefined : await freshFolder(out);
  if (trouble) return trouble;

  const engine = await import("./engine.ts");
  const backend = await engine.firstBackend(named);
  if (!backend)
    return {
      failed: `The backend ${named ?? "cpu"} does not start on this machine. Try --backend cpu, or a newer Node.`,
    };
  if (dataset.table) io.err(`${dataset.name}: ${tableNotes(dataset.table).join(" ")}\n`);
  io.err(`Training ${design.name} on ${dataset.name}, ${backend.detail}\n`);

  const control = engine.createControl();
  const release = io.onInterrupt(() => control.stop());
  const line = progressLine(io, recipe.epochs);
  const { weights } = begun;
  let kept: Weights | undefined;
  const keep = (good: Weights): void => {
    kept = good;
  };
  const listener = { progress: line.moved, epoch: line.epochDone, keep };
  const outcome = await engine
    .train({ plan, dataset, recipe, weights, control, time: engine.time, listener })
    .catch((trouble: unknown) => ({ trouble }))
    .finally(() => {
      line.close();
      release();
    });
  if ("trouble" in outcome) return brokenOff(outcome.trouble, plan, kept, out);

  const result = resultOf(design.name, backend.name, outcome);
  if (out !== undefined) {
    const model = await engine.exportTfjs(plan, outcome.weights);
    if ("refused" in model) io.err(`There is no model.json: ${model.refused}\n`);
    const record = { ...result, ended: outcome.why, recipe, data: dataset.name };
    const files: readonly NamedBytes[] = [
      { name: weightsName, bytes: writeWeightsFile(plan, outcome.weights) },
      { name: "training.json", bytes: new TextEncoder().encode(`${JSON.stringify(record, null, 1)}\n`) },
      ...("files" in model ? model.files : []),
    ];
    const unsaved = await save(out, files);
    if (unsaved) return unsaved;
    io.err(`Saved ${files.map((it) => it.name).join(", ")} in ${out}\n`);
  }
  io.out(words.json ? `${JSON.stringify(result, null, 1)}\n` : asText(outcome, backend.detail));
  return ended(outcome, io);
}

/** Where training begins: at the folder's weights, else at those of the seed. */
async function startOf(
  folder: string | undefined,
  plan: Plan,
  seed: number,
): Promise<{ readonly weights: Weights } | { readonly failed: string }> {
  return folder === undefined ? { weights: initialWeights(plan, seed) } : readTrainedWeights(folder, plan);
}

async function save(
  folder: string,
  files: readonly NamedBytes[],
): Promise<{ readonly failed: string } | undefined> {
  try {
    await writeFolder(folder, files);
    return undefined;
  } catch (error) {
    return { failed: explain(error, "export", folder) };
  }
}

/** `kept` is what the run had learned until then, as far as it is known to be good. */
async function brokenOff(
  trouble: unknown,
  plan: Plan,
  kept: Weights | undefined,
  out: string | undefined,
): Promise<Ending> {
  const why = `Training broke off: ${trouble instanceof Error ? trouble.message : String(trouble)}`;
  if (!kept || out === undefined) return { failed: why };
  const unsaved = await save(out, [{ name: weightsName, bytes: writeWeightsFile(plan, kept) }]);
  const then = unsaved?.failed ?? `The last good weights are kept. Go on from them with --weights ${out}.`;
  return { failed: `${why} ${then}` };
}

const nodeBackends: readonly string[] = ["simd", "cpu"] satisfies readonly NodeBackend[];
const isNodeBackend = (name: string): name is NodeBackend => nodeBackends.includes(name);

function ended({ why }: Outcome, io: Io): Ending {
  if (why === "stopped") io.err("Stopped before the end; the weights are those of the last step.\n");
  if (why === "diverged")
    io.err("The loss became NaN; the weights are the last finite ones. Try a smaller learning rate.\n");
  return why === "stopped" || why === "diverged" ? "problems" : "done";
}

const resultOf = (design: string, backend: string, { epochs, test, imagesPerSecond }: Outcome) => ({
  design,
  backend,
  epochs: epochs.map(({ loss, accuracy, valLoss, valAccuracy, seconds }) => ({
    loss,
    accuracy,
    valLoss,
    valAccuracy,
    seconds,
  })),
  test: test ? scoreOf(test) : null,
  imagesPerSecond,
});

const scoreOf = ({ loss, accuracy }: Score): Score => ({ loss, accuracy });

function asText({ epochs, test, imagesPerSecond }: Outcome, detail: string): string {
  const right = true;
  const columns = [
    { title: "epoch", right },
    { title: "loss", right },
    { title: "accuracy", right },
    { title: "validation loss", right },
    { title: "validation accuracy", right },
    { title: "seconds", right },
  ];
  const rows = epochs.map((it: EpochReport) => [
    String(it.epoch),
    ...[it.loss, it.accuracy, it.valLoss, it.valAccuracy].map((figure) => figure?.toFixed(4) ?? "–"),
    it.seconds.toFixed(1),
  ]);
  const measured = test ? `Test accuracy ${test.accuracy.toFixed(4)}, loss ${test.loss.toFixed(4)}; ` : "";
  return `${table(columns, rows)}\n${measured}${grouped(Math.round(imagesPerSecond))} examples/s on ${detail}\n`;
}
