import type { Plan } from "../compile/plan.ts";
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
