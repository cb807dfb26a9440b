import type { Plan } from "../compile/plan.ts";
import type { Call } from "../nodes/kind.ts";
import type { Recipe } from "../train/recipe.ts";
import * as program from "./keras-program.ts";
import { bracketed, followedBy, laidOut, listed, pythonLayout, type Text } from "./layout.ts";
import { commented } from "./python/comments.ts";
import { pythonData } from "./python/data.ts";
import { ordered } from "./python/imports.ts";
import { pythonLiteral, pythonTaken } from "./python/literal.ts";
import { pythonLocallyConnected } from "./python/locally-connected.ts";
import { sectioned } from "./python/sectioned.ts";
import { pythonShufflePixels } from "./python/shuffle-pixels.ts";
import { pythonStencil } from "./python/stencil.ts";
import type { Subject } from "./subject.ts";

/**
 * A program for Keras 3 (keras.io/api) that loads data, builds the plan's model with the nodes' ids as layer names,
 * takes the weights of `weights.npz` when that lies beside it, trains with the recipe and measures on the test set.
 */
export function kerasPython(subject: Subject): string {
  const { plan, recipe, data } = subject;
  const { standardImports, lines } = pythonData(data, program.inputShape(plan));
  const defined = definitions.filter(({ name }) => program.uses(plan, name));
  return sectioned([
    commented([
      ...program.introduction(subject),
      "",
      program.startsFrom("weights.npz"),
      "Needs Keras 3 and a backend for it: pip install keras tensorflow",
    ]),
    ordered([...standardImports, "from pathlib import Path"]),
    ["import keras", "import numpy as np", "from keras import layers"],
    [`keras.utils.set_random_seed(${recipe.seed})`],
    lines,
    ...defined.map((it) => it.lines),
    modelLines(plan),
    ["model.summary()"],
    [compiled(plan, recipe)],
    loading,
    [fitted(recipe)],
    [
      "test_loss, test_accuracy = model.evaluate(test_images, test_labels)",
      'print(f"Test accuracy {test_accuracy:.3f}, loss {test_loss:.3f}")',
    ],
  ]);
}

/** What Keras 3 lacks and a program defines, where it uses it. */
const definitions = [
  { name: "ShufflePixels", lines: pythonShufflePixels },
  { name: "Stencil", lines: pythonStencil },
  { name: "LocallyConnected2D", lines: pythonLocallyConnected },
];

/** A layer's arrays stand in the file one after the other, in the order in which Keras has them. */
const loading: readonly string[] = [
  'weights = Path(__file__).with_name("weights.npz")',
  "if weights.exists():",
  "    stored = np.load(weights)",
  "    for layer in model.layers:",
  '        names = [it for it in stored.files if it.startswith(f"{layer.name}/")]',
  "        layer.set_weights([stored[it] for it in names])",
  "    test_loss, test_accuracy = model.evaluate(test_images, test_labels, verbose=0)",
  '    print(f"{weights.name}: test accuracy {test_accuracy:.3f}, loss {test_loss:.3f}")',
  "else:",
  '    print(f"There is no {weights.name}: the weights are fresh.")',
];

function modelLines(plan: Plan): readonly string[] {
  if (program.isChain(plan)) {
    const layers = listed(
      "[",
      plan.steps.flatMap((it) => program.layerCalls(it, plan).map(layer)),
      "]",
    );
    return [`model = ${laidOut(bracketed("keras.Sequential(", [layers], ")"), pythonLayout)}`];
  }
  const variable = program.variables(plan.steps, pythonTaken);
  const assignments = plan.steps.flatMap((step) => {
    const name = variable(step.node.id);
    const sources = program.feeding(step, plan).map(variable);
    let fed =
      step.kind.takes === "several" ? `([${sources.join(", ")}])` : sources.map((it) => `(${it})`).join("");
    return program.layerCalls(step, plan).map((it) => {
      const assigned = `${name} = ${applied(layer(it), fed, `${name} = `.length)}`;
      fed = `(${name})`;
      return assigned;
    });
  });
  const ends = [plan.steps[0], plan.output].map((it) => (it ? variable(it.node.id) : ""));
  return [...assignments, `model = keras.Model(${ends.join(", ")})`];
}

/** A layer called on its inputs. Where only the inputs are too long for the line, black breaks there. */
function applied(layer: Text, inputs: string, column: number): string {
  const alone = laidOut(layer, pythonLayout, column);
  const breaksLate = !alone.includes("\n") && column + alone.length < pythonLayout.width;
  const whole = laidOut(followedBy(layer, inputs), pythonLayout, column);
  return breaksLate && whole.includes("\n") ? `${alone}(\n    ${inputs.slice(1, -1)}\n)` : whole;
}

const layer = (it: Call): Text => written(owner(it.fn), it);

const owner = (fn: string): string =>
  fn === "Input" ? "keras." : definitions.some((it) => it.name === fn) ? "" : "layers.";

/** A call with its arguments; a given kernel within it stands in rows of `width` cells. */
function written(before: string, it: Call, width?: number): Text {
  const items = program.argumentsOf(it, width).map(([name, argument]): Text => {
    if (typeof argument !== "object") return `${name}=${pythonLiteral(argument)}`;
    if ("fn" in argument) return written(`${name}=`, argument, program.kernelWidth(it.args));
    if (!program.isRows(argument)) return `${name}=${pythonLiteral(argument)}`;
    return bracketed(`${name}=(`, argument.map(pythonLiteral), ")");
  });
  return bracketed(`${before}${it.fn}(`, items, ")");
}

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
