import { compile } from "../../shared/compile/compile.ts";
import { depthOf } from "../../shared/compile/longest-path.ts";
import { optimizerSlots, peakMemory } from "../../shared/compile/memory.ts";
import { grouped, shortBytes } from "../../shared/emit/figures.ts";
import { show } from "../../shared/nodes/shape.ts";
import { totalsJson } from "./figures-json.ts";
import type { Ending, Io } from "./io.ts";
import { openDocument } from "./open-design.ts";
import { recipeFrom } from "./recipe-options.ts";
import { warned } from "./summary.ts";
import { type Column, table } from "./table.ts";
import type { Words } from "./words.ts";

/** One row per design of a document. */
export async function compare(words: Words, io: Io): Promise<Ending> {
  const document = await openDocument(words);
  if ("failed" in document) return document;
  const recipe = recipeFrom(document.recipe, words);
  if ("wrong" in recipe) return recipe;
  const compared = document.designs.map((design) => ({ design, plan: compile(design) }));
  if (words.json) {
    const rows = compared.map(({ design, plan }) => ({ design: design.name, ...totalsJson(plan, recipe) }));
    io.out(`${JSON.stringify(rows, null, 1)}\n`);
  } else {
    const right = true;
    const costs: readonly Column[] = [
      { title: "design" },
      { title: "parameters", right },
      { title: "trainable", right },
      { title: "multiply-adds", right },
      { title: "additions", right },
      { title: "comparisons", right },
    ];
    const sizes: readonly Column[] = [
      { title: "design" },
      { title: "depth", right },
      { title: "sees", right },
      { title: "activations", right },
      { title: `peak of ${recipe.batch}`, right },
      { title: "training", right },
    ];
    const costRows = compared.map(({ design, plan: { totals } }) => [
      design.name,
      ...[totals.parameters, totals.trainable, totals.macs, totals.additions, totals.comparisons].map(
        grouped,
      ),
    ]);
    const sizeRows = compared.map(({ design, plan }) => {
      const peak = peakMemory(plan, recipe.batch, optimizerSlots[recipe.optimizer.name]);
      return [
        design.name,
        grouped(depthOf(plan)),
        show(plan.totals.receptiveField),
        shortBytes(plan.totals.activationBytes),
        shortBytes(peak.inference.bytes),
        shortBytes(peak.training.bytes),
      ];
    });
    io.out(`${table(costs, costRows)}\n${table(sizes, sizeRows)}`);
  }
  const endings = compared.map(({ design, plan }) => warned(design, plan, io));
  return endings.find((it) => it !== "done") ?? "done";
}
