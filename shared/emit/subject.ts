import type { Plan } from "../compile/plan.ts";
import type { Weights } from "../compile/weights.ts";
import type { DataChoice } from "../train/dataset.ts";
import type { Recipe } from "../train/recipe.ts";

/** What every format is made from. The plan must be ready: emitters print every step and ask nothing more. */
export interface Subject {
  /** The design's name. Any text: emitters escape it. */
  readonly title: string;
  readonly plan: Plan;
  readonly recipe: Recipe;
  readonly data: DataChoice;
}

/** A design's numbers for formats that hold them. They must fit the plan. */
export interface GivenWeights {
  readonly weights: Weights;
  /** False where they are those that the recipe's seed starts with. */
  readonly trained: boolean;
}

/** A file, or in a sentence why there can be none. */
export type FileExport = { readonly bytes: Uint8Array<ArrayBuffer> } | { readonly refused: string };
