import { compile } from "../../shared/compile/compile.ts";
import { depthOf, longestPath } from "../../shared/compile/longest-path.ts";
import { inferenceBytes, optimizerSlots, peakMemory, trainingBytes } from "../../shared/compile/memory.ts";
import type { Plan, Step } from "../../shared/compile/plan.ts";
import { jumpOf, offsetOf, paddingShare } from "../../shared/compile/receptive-field.ts";
import { sharesOf } from "../../shared/compile/shares.ts";
import { counted, grouped, short, shortBytes } from "../../shared/emit/figures.ts";
import type { Design } from "../../shared/graph/graph.ts";
import { shown, worth } from "../../shared/nodes/expression.ts";
import { isImage, show } from "../../shared/nodes/shape.ts";
import type { Recipe } from "../../shared/train/recipe.ts";
import { explanation } from "./explain.ts";
import { layerJson, totalDerivationsJson, totalsJson } from "./figures-json.ts";
import type { Ending, Io } from "./io.ts";
import { chosen, errorsOf, openDocument } from "./open-design.ts";
import { recipeFrom } from "./recipe-options.ts";
import { type Column, table } from "./table.ts";
import type { Words } from "./words.ts";

/** What every layer gives, costs and sees. Of a design with problems, the part that works. */
export async function summary(words: Words, io: Io): Promise<Ending> {
  const document = await openDocument(words);
  if ("failed" in document) return document;
  const design = chosen(document, words);
  if ("wrong" in design) return design;
  const recipe = recipeFrom(document.recipe, words);
  if ("wrong" in recipe) return recipe;
  const plan = compile(design);
  const explain = words.flags.has("explain");
  if (words.json) {
    const found = {
      design: design.name,
      layers: plan.steps.map((it) => layerJson(plan, it, recipe, explain)),
      totals: totalsJson(plan, recipe),
      ...(explain ? { derivations: totalDerivationsJson(plan, recipe) } : {}),
    };
    io.out(`${JSON.stringify(found, null, 1)}\n`);
  } else io.out(asText(design, plan, recipe, explain));
  return warned(design, plan, io);
}

/** Numbers of half a design must not pass for those of the whole. */
export function warned(design: Design, plan: Plan, io: Io): Ending {
  const errors = errorsOf(plan).length;
  if (!errors) return "done";
  io.err(`${design.name} has ${counted(errors, "problem")}: the numbers are those of the part that works.\n`);
  return "problems";
}

function asText(design: Design, plan: Plan, recipe: Recipe, explain: boolean): string {
  const { parameters, macs, activationBytes } = plan.totals;
  const heading = `${design.name}: ${counted(parameters, "parameter")}, ${short(macs)} multiply-adds and ${shortBytes(activationBytes)} of activations per image`;
  const parts = [
    `${heading}\n`,
    costs(plan),
    workAndMemory(plan, recipe),
    sight(plan),
    ending(plan, recipe),
    ...(explain ? [explanation(plan, recipe)] : []),
  ];
  return parts.join("\n");
}

const right = true;

/** Percent with a digit behind the point; nothing is no 0.0. */
const percent = (share: number): string => (share ? `${(100 * share).toFixed(1)}%` : "");

function costs(plan: Plan): string {
  const columns: readonly Column[] = [
    { title: "layer" },
    { title: "kind" },
    { title: "output" },
    { title: "parameters", right },
    { title: "", right },
    { title: "trainable", right },
    { title: "multiply-adds", right },
    { title: "", right },
  ];
  const rows = plan.steps.map((it) => {
    const share = sharesOf(it, plan.totals);
    return [
      it.node.id,
      it.kind.name,
      show(it.output),
      grouped(it.parameters),
      percent(share.parameters),
      grouped(it.trainable),
      grouped(it.macs),
      percent(share.macs),
    ];
  });
  const { parameters, trainable, macs } = plan.totals;
  return table(columns, [
    ...rows,
    ["total", "", "", grouped(parameters), "", grouped(trainable), grouped(macs), ""],
  ]);
}

function workAndMemory(plan: Plan, { batch }: Recipe): string {
  const columns: readonly Column[] = [
    { title: "layer" },
    { title: "additions", right },
    { title: "comparisons", right },
    { title: `output of ${batch}`, right },
    { title: "", right },
    { title: "training", right },
  ];
  const rows = plan.steps.map((it) => [
    it.node.id,
    grouped(it.additions),
    grouped(it.comparisons),
    shortBytes(worth(inferenceBytes(it, batch))),
    percent(sharesOf(it, plan.totals).memory),
    shortBytes(worth(trainingBytes(plan, it, batch))),
  ]);
  const { additions, comparisons, activationBytes } = plan.totals;
  const training = plan.steps.reduce((sum, it) => sum + worth(trainingBytes(plan, it, batch)), 0);
  return table(columns, [
    ...rows,
    [
      "total",
      grouped(additions),
      grouped(comparisons),
      shortBytes(batch * activationBytes),
      "",
      shortBytes(training),
    ],
  ]);
}

function sight(plan: Plan): string {
  const columns: readonly Column[] = [
    { title: "layer" },
    { title: "sees", right },
    { title: "jump", right },
    { title: "offset", right },
    { title: "padding", right },
  ];
  const rows = plan.steps.map((it) => [it.node.id, show(it.receptiveField), ...placesOf(it)]);
  return table(columns, [...rows, ["widest map", show(plan.totals.receptiveField), "", "", ""]]);
}

/** Jump, offset and padding; values of a vector have no places. */
function placesOf({ output, view, whole }: Step): readonly string[] {
  if (!isImage(output)) return ["", "", ""];
  return [
    view.map((it) => shown(jumpOf(it))).join("×"),
    view.map((it) => shown(offsetOf(it))).join(", "),
    percent(paddingShare(view, whole)),
  ];
}

/** What belongs to no layer. */
function ending(plan: Plan, { batch, optimizer }: Recipe): string {
  const { inference, training } = peakMemory(plan, batch, optimizerSlots[optimizer.name]);
  const path = longestPath(plan);
  const named = path.length > 8 ? [...path.slice(0, 3), "…", ...path.slice(-3)] : path;
  const at = (id: string | undefined): string => (id === undefined ? "" : `, at ${id}`);
  return [
    `depth: ${counted(depthOf(plan), "layer")} (${named.join(" → ")})`,
    `peak memory, batch of ${batch}: ${shortBytes(inference.bytes)}${at(inference.at)}`,
    `peak memory, training with ${optimizer.name}: ${shortBytes(training.bytes)}${at(training.at)}`,
  ]
    .map((it) => `${it}\n`)
    .join("");
}
