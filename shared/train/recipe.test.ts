import fc from "fast-check";
import { expect, test } from "vitest";
import { defaultRecipe, readRecipe, recipePart, recipeSettings, recipeWith } from "./recipe.ts";

const refusal = (value: unknown): string => {
  const read = readRecipe(value);
  return "refused" in read ? read.refused : "accepted";
};

test("what a document leaves out takes its default", () => {
  expect(readRecipe(undefined)).toEqual(defaultRecipe);
  expect(readRecipe({})).toEqual(defaultRecipe);
  expect(readRecipe({ epochs: 3, optimizer: { rate: 0.01 } })).toEqual({
    ...defaultRecipe,
    epochs: 3,
    optimizer: { name: "adam", rate: 0.01 },
  });
});

test("a recipe survives its own JSON", () => {
  const recipe = recipeWith(defaultRecipe, {
    batch: 7,
    "optimizer.name": "sgd",
    "earlyStopping.on": true,
    "earlyStopping.patience": 2,
    seed: 0,
    validation: 0,
  });
  expect(recipe).toEqual({
    epochs: 10,
    batch: 7,
    optimizer: { name: "sgd", rate: 0.001 },
    validation: 0,
    seed: 0,
    earlyStopping: { on: true, patience: 2 },
  });
  expect(readRecipe(JSON.parse(JSON.stringify(recipe)))).toEqual(recipe);
});

test("every part of the default recipe passes its own check", () => {
  for (const setting of Object.values(recipeSettings)) expect(setting.check(setting.initial)).toBe(undefined);
  expect(recipePart(defaultRecipe, "optimizer.rate")).toBe(0.001);
});

test.each([
  [5, "recipe must be an object"],
  [[], "recipe must be an object"],
  [null, "recipe must be an object"],
  [{ epochs: 0 }, "recipe.epochs must be a whole number from 1 to 100000, got 0"],
  [{ epochs: 1.5 }, "recipe.epochs must be a whole number from 1 to 100000, got 1.5"],
  [{ batch: "64" }, 'recipe.batch must be a whole number from 1 to 65536, got "64"'],
  [{ validation: 1 }, "recipe.validation must be a number from 0 to 0.9, got 1"],
  [{ optimizer: "adam" }, "recipe.optimizer must be an object"],
  [
    { optimizer: { name: "lion" } },
    'recipe.optimizer.name must be one of sgd, momentum, rmsprop, adam, got "lion"',
  ],
  [{ optimizer: { rate: 1e308 } }, "recipe.optimizer.rate must be a number from 1e-9 to 100, got 1e+308"],
  [{ optimizer: { rate: Number.NaN } }, "recipe.optimizer.rate must be a number from 1e-9 to 100, got NaN"],
  [
    { optimizer: { rate: { deep: 1 } } },
    "recipe.optimizer.rate must be a number from 1e-9 to 100, got an object",
  ],
  [{ "optimizer.rate": 0.1 }, 'recipe has no part "optimizer.rate"'],
  [{ earlyStopping: true }, "recipe.earlyStopping must be an object"],
  [{ warmup: 3 }, "recipe.warmup is not a part of a recipe"],
  [{ constructor: 3 }, "recipe.constructor is not a part of a recipe"],
  [JSON.parse('{"__proto__": 3}'), "recipe.__proto__ is not a part of a recipe"],
  [JSON.parse('{"__proto__": {"epochs": 3}}'), "recipe.__proto__ is not a part of a recipe"],
])("refuses %j", (value, message) => {
  expect(refusal(value)).toBe(message);
});

test("any JSON is read or refused, never thrown at", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const read = readRecipe(value);
      expect("refused" in read ? read.refused : read.epochs).toBeTruthy();
    }),
    { seed: 1, numRuns: 500 },
  );
});
