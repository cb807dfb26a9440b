import type { Plan, Step } from "../compile/plan.ts";
import type { Call } from "../nodes/kind.ts";
import type { Recipe } from "../train/recipe.ts";
import * as program from "./keras-program.ts";
import { bracketed, followedBy, laidOut, listed, pythonLayout, type Text } from "./layout.ts";
import { pythonData } from "./python/data.ts";
import { pythonLiteral, pythonTaken } from "./python/literal.ts";
import { pythonShufflePixels } from "./python/shuffle-pixels.ts";
import type { Subject } from "./subject.ts";

/**
 * A program for Keras 3 (keras.io/api) that loads data, builds the plan's model with the nodes' ids as layer names,
 * trains it with the recipe and measures it on the test set. Layers start from fresh weights.
 */
export function kerasPython(subject: Subject): string {
  const { plan, recipe, data } = subject;
  const { standardImports, lines } = pythonData(data, program.inputShape(plan));
  const shuffles = program.uses(plan, "ShufflePixels");
  const needsNumpy = data.source !== "digits" || shuffles;
  return sectioned([
    [
      ...program.introduction(subject),
      "",
      "Needs Keras 3 and a backend for it: pip install keras tensorflow",
    ].map((it) => `# ${it}`.trimEnd()),
    standardImports,
    ["import keras", ...(needsNumpy ? ["import numpy as np"] : []), "from keras import layers"],
    [`keras.utils.set_random_seed(${recipe.seed})`],
    lines,
    shuffles ? pythonShufflePixels : [],
    modelLines(plan),
    ["model.summary()"],
    [compiled(plan, recipe)],
    [fitted(recipe)],
    [
      "test_loss, test_accuracy = model.evaluate(test_images, test_labels)",
      'print(f"Test accuracy {test_accuracy:.3f}, loss {test_loss:.3f}")',
    ],
  ]);
}

/** One empty line between sections, two around functions and classes, as PEP 8 wants. */
function sectioned(sections: readonly (readonly string[])[]): string {
  let text = "";
  let before: readonly string[] = [];
  for (const section of sections.filter((it) => it.length)) {
    const defines = /^(def |class |@)/.test(section[0] ?? "") || /^\s/.test(inLastDefinition(before));
    text += `${text && (defines ? "\n\n" : "\n")}${section.join("\n")}\n`;
    before = section;
  }
  return text;
}

/** The last line of a section when it stands inside a function or class, else nothing. */
const inLastDefinition = (section: readonly string[]): string => {
  const lastTopLevel = section.findLast((it) => /^\S/.test(it)) ?? "";
  return /^(def |class )/.test(lastTopLevel) ? (section.at(-1) ?? "") : "";
};

function modelLines(plan: Plan): readonly string[] {
  if (program.isChain(plan)) {
    const layers = listed("[", plan.steps.flatMap(layersOf), "]");
    return [`model = ${laidOut(bracketed("keras.Sequential(", [layers], ")"), pythonLayout)}`];
  }
  const variable = program.variables(plan.steps, pythonTaken);
  const assignments = plan.steps.flatMap((step) => {
    const name = variable(step.node.id);
    const sources = step.sources.map(variable);
    let fed =
      step.kind.takes === "several" ? `([${sources.join(", ")}])` : sources.map((it) => `(${it})`).join("");
    return layersOf(step).map((layer) => {
      const applied = followedBy(layer, fed);
      fed = `(${name})`;
      return `${name} = ${laidOut(applied, pythonLayout, `${name} = `.length)}`;
    });
  });
  const ends = [plan.steps[0], plan.output].map((it) => (it ? variable(it.node.id) : ""));
  return [...assignments, `model = keras.Model(${ends.join(", ")})`];
}

/** The calls of one node; the last one carries its id. */
function layersOf({ node, kind, values, inputs }: Step): readonly Text[] {
  const calls = kind.calls(values, inputs).keras;
  return calls.map((it, index) => {
    const name = index === calls.length - 1 ? node.id : `${node.id}_${index + 1}`;
    return written(owner(it.fn), { ...it, args: { ...it.args, name } });
  });
}

const owner = (fn: string): string => (fn === "Input" ? "keras." : fn === "ShufflePixels" ? "" : "layers.");

const written = (before: string, { fn, args }: Call): Text =>
  bracketed(
    `${before}${fn}(`,
    Object.entries(args).map(([name, value]) => `${name}=${pythonLiteral(value)}`),
    ")",
  );

const compiled = (plan: Plan, recipe: Recipe): string =>
  laidOut(
    listed(
      "model.compile(",
      [
        written("optimizer=keras.optimizers.", program.optimizerCall(recipe)),
        `loss=keras.losses.SparseCategoricalCrossentropy(${program.endsInSoftmax(plan) ? "" : "from_logits=True"})`,
        'metrics=["accuracy"]',
      ],
      ")",
    ),
    pythonLayout,
  );

function fitted(recipe: Recipe): string {
  const { epochs, batch, validation, earlyStopping } = recipe;
  const stop = bracketed(
    "keras.callbacks.EarlyStopping(",
    [
      `monitor="${program.monitored(recipe)}"`,
      `patience=${earlyStopping.patience}`,
      "restore_best_weights=True",
    ],
    ")",
  );
  const fit: readonly Text[] = [
    "train_images",
    "train_labels",
    `epochs=${epochs}`,
    `batch_size=${batch}`,
    ...(validation > 0 ? [`validation_split=${validation}`] : []),
    ...(earlyStopping.on ? [bracketed("callbacks=[", [stop], "]")] : []),
  ];
  return `history = ${laidOut(listed("model.fit(", fit, ")"), pythonLayout)}`;
}
