import type { DataChoice } from "../train/dataset.ts";
import type { Recipe } from "../train/recipe.ts";
import type { Design } from "./graph.ts";

/** What one `.receptive` file holds: designs to compare, the images they train on, and how they train. */
export interface Document {
  /** At least one; names are unique. */
  readonly designs: readonly Design[];
  readonly data: DataChoice;
  readonly recipe: Recipe;
}

/** The version that `writeDocument` writes. */
export const formatVersion = 1;
