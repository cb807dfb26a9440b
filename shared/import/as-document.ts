import { compile } from "../compile/compile.ts";
import type { Document } from "../graph/document.ts";
import type { Design } from "../graph/graph.ts";
import { sameShape } from "../nodes/shape.ts";
import { builtIns, knownDataShape } from "../train/dataset.ts";
import { defaultRecipe } from "../train/recipe.ts";

/** An imported design as a document: with the built-in data whose examples fit it, else digits, and the usual recipe. */
export function asDocument(design: Design): Document {
  const { steps, output } = compile(design);
  const given = steps.find((it) => it.kind.family === "input")?.output ?? [];
  const fitting = builtIns
    .map((source) => ({ source, shape: knownDataShape({ source }) }))
    .filter(({ shape }) => shape && sameShape(shape.example, given));
  const best = fitting.find(({ shape }) => shape && output && sameShape([shape.classes], output.output));
  return {
    designs: [design],
    data: { source: (best ?? fitting[0])?.source ?? "digits" },
    recipe: defaultRecipe,
  };
}
