import { choice, flag, real, type Settings, type Value, whole } from "../nodes/settings.ts";

export const optimizers = ["sgd", "momentum", "rmsprop", "adam"] as const;
export type OptimizerName = (typeof optimizers)[number];

/** How a design is trained. The same for all designs of a document, so that a comparison is fair. */
export interface Recipe {
  readonly epochs: number;
  readonly batch: number;
  readonly optimizer: { readonly name: OptimizerName; readonly rate: number };
  /** Share of the training examples, the last ones, that only measure. 0 to 0.9. */
  readonly validation: number;
  /** Fixes initial weights, order of examples and dropout masks. */
  readonly seed: number;
  /** End when the validation loss has not improved for `patience` epochs, and keep the best weights. */
  readonly earlyStopping: { readonly on: boolean; readonly patience: number };
}

export const defaultRecipe: Recipe = {
  epochs: 10,
  batch: 64,
  optimizer: { name: "adam", rate: 0.001 },
  validation: 0.1,
  seed: 1,
  earlyStopping: { on: false, patience: 5 },
};

/** Momentum of the `momentum` optimizer; decay and epsilon of the others are Keras' defaults, stated here once. */
export const optimizerConstants = {
  momentum: { momentum: 0.9 },
  rmsprop: { decay: 0.9, epsilon: 1e-7 },
  adam: { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
} as const;

/** Check, default and form field of every part of a recipe, by its dotted place in the document. */
export const recipeSettings = {
  epochs: whole(defaultRecipe.epochs, "Epochs", "How often every training example is shown.", {
    max: 100_000,
  }),
  batch: whole(defaultRecipe.batch, "Batch size", "Examples per training step.", { max: 65_536 }),
  "optimizer.name": choice(
    optimizers,
    "adam",
    "Optimizer",
    "Rule that turns gradients into changes of the weights.",
  ),
  "optimizer.rate": real(defaultRecipe.optimizer.rate, "Learning rate", "Size of one change.", {
    min: 1e-9,
    max: 100,
    step: 0.0005,
  }),
  validation: real(
    defaultRecipe.validation,
    "Validation share",
    "Share of the training examples that only measure.",
    {
      min: 0,
      max: 0.9,
      step: 0.05,
    },
  ),
  seed: whole(defaultRecipe.seed, "Seed", "Same seed, same backend: same result.", {
    min: 0,
    max: 2 ** 31 - 1,
  }),
  "earlyStopping.on": flag(
    false,
    "Stop early",
    "End when validation loss no longer improves; keep the best weights.",
  ),
  "earlyStopping.patience": whole(5, "Patience", "Epochs without improvement to wait for.", { max: 10_000 }),
} satisfies Settings;
export type RecipeSetting = keyof typeof recipeSettings;

/**
 * A recipe from a document's JSON value: parts left out take their defaults.
 * Refuses unknown keys, wrong types and values out of range with the place, e.g. `recipe.optimizer.rate must be …`.
 */
export function readRecipe(value: unknown): Recipe | { readonly refused: string } {
  if (value === undefined) return defaultRecipe;
  const parts = new Map<string, unknown>();
  const complaint = flatten(value, "", parts);
  if (complaint) return { refused: complaint };
  const checked: Partial<Record<string, Value>> = {};
  for (const [place, met] of parts) {
    if (!isRecipeSetting(place)) return { refused: `recipe.${place} is not a part of a recipe` };
    const wrong = recipeSettings[place].check(met);
    if (wrong) return { refused: `recipe.${place} ${wrong}` };
    if (isValue(met)) checked[place] = met;
  }
  return recipeWith(defaultRecipe, checked);
}

/** The recipe with some parts, named by dotted place, changed. Values must have been checked by `recipeSettings`. */
export function recipeWith(recipe: Recipe, parts: Readonly<Partial<Record<string, Value>>>): Recipe {
  const part = (place: RecipeSetting): Value => parts[place] ?? recipePart(recipe, place);
  return {
    epochs: Number(part("epochs")),
    batch: Number(part("batch")),
    optimizer: {
      name: optimizers.find((it) => it === part("optimizer.name")) ?? recipe.optimizer.name,
      rate: Number(part("optimizer.rate")),
    },
    validation: Number(part("validation")),
    seed: Number(part("seed")),
    earlyStopping: {
      on: part("earlyStopping.on") === true,
      patience: Number(part("earlyStopping.patience")),
    },
  };
}

export function recipePart(recipe: Recipe, place: RecipeSetting): Value {
  switch (place) {
    case "optimizer.name":
      return recipe.optimizer.name;
    case "optimizer.rate":
      return recipe.optimizer.rate;
    case "earlyStopping.on":
      return recipe.earlyStopping.on;
    case "earlyStopping.patience":
      return recipe.earlyStopping.patience;
    default:
      return recipe[place];
  }
}

const groups: readonly string[] = ["optimizer", "earlyStopping"];

// Own keys only: "constructor" and "__proto__" are names in a hostile document, not settings.
const isRecipeSetting = (place: string): place is RecipeSetting => Object.hasOwn(recipeSettings, place);

const isValue = (met: unknown): met is Value =>
  typeof met === "number" || typeof met === "string" || typeof met === "boolean";

function flatten(value: unknown, place: string, into: Map<string, unknown>): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return `recipe${place && `.${place}`} must be an object`;
  for (const [key, inner] of Object.entries(value)) {
    // A dot in a key would pass for a part of a group.
    if (key.includes(".")) return `recipe${place && `.${place}`} has no part "${key.slice(0, 40)}"`;
    const inside = place ? `${place}.${key}` : key;
    if (!groups.includes(inside)) into.set(inside, inner);
    else {
      const complaint = flatten(inner, inside, into);
      if (complaint) return complaint;
    }
  }
  return undefined;
}
