import { type Recipe, recipeSettings, recipeWith } from "../../shared/train/recipe.ts";
import type { Words } from "./words.ts";

/** The document's recipe with what --epochs, --batch and --seed say. */
export function recipeFrom(recipe: Recipe, { values }: Words): Recipe | { readonly wrong: string } {
  const changes: Record<string, number> = {};
  for (const name of ["epochs", "batch", "seed"] as const) {
    const written = values[name];
    if (written === undefined) continue;
    const wrong = recipeSettings[name].check(/^\d+$/.test(written) ? Number(written) : written);
    if (wrong) return { wrong: `--${name} ${wrong}.` };
    changes[name] = Number(written);
  }
  return recipeWith(recipe, changes);
}
