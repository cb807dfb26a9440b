import type { Plan, Step } from "../compile/plan.ts";
import type { Call } from "../nodes/kind.ts";
import type { Shape } from "../nodes/shape.ts";
import type { Recipe } from "../train/recipe.ts";
import * as program from "./keras-program.ts";
import { bracketed, followedBy, laidOut, listed, rLayout, type Text } from "./layout.ts";
import { commented } from "./python/comments.ts";
import { rData } from "./r/data.ts";
import { type Dialect, keras, keras3 } from "./r/dialects.ts";
import { rLayer, rLiteral, rTaken } from "./r/literal.ts";
import type { Subject } from "./subject.ts";

/** The program of `kerasPython`, in R with the package keras3 (keras3.posit.co). */
export const kerasR = (subject: Subject): string => programIn(keras3, subject);

/** The same with the package keras, its predecessor for Keras 2 (cran.r-project.org/package=keras). */
export const kerasRLegacy = (subject: Subject): string => programIn(keras, subject);

function programIn(dialect: Dialect, subject: Subject): string {
  const { plan, recipe, data } = subject;
  const sections: readonly (readonly string[])[] = [
    commented([...program.introduction(subject), "", program.startsFrom("weights.npz"), dialect.needs]),
    [`library(${dialect.library})`],
    [dialect.seeded(recipe.seed)],
    rData(data, program.inputShape(plan)),
    ...dialect.definitions.map(({ name, lines }) => (program.uses(plan, name) ? lines : [])),
    modelLines(plan, dialect),
    ["summary(model)"],
    [compiled(plan, recipe, dialect)],
    loading(dialect),
    [fitted(recipe, dialect)],
    [`model ${dialect.pipe} evaluate(test$x, test$y)`],
  ];
  return `${sections
    .filter((it) => it.length)
    .map((it) => it.join("\n"))
    .join("\n\n")}\n`;
}

/** A layer's arrays stand in the file one after the other, in the order in which Keras has them. */
const loading = ({ pipe }: Dialect): readonly string[] => [
  'weights <- "weights.npz"',
  "if (file.exists(weights)) {",
  `  stored <- reticulate::import(${rLiteral("numpy")})$load(weights)`,
  "  for (layer in model$layers) {",
  '    own <- startsWith(stored$files, paste0(layer$name, "/"))',
  "    arrays <- lapply(stored$files[own], function(name) {",
  "      reticulate::py_get_item(stored, name)",
  "    })",
  "    layer$set_weights(arrays)",
  "  }",
  `  model ${pipe} evaluate(test$x, test$y)`,
  "} else {",
  '  cat("There is no weights.npz: the weights are fresh.\\n")',
  "}",
];

function modelLines(plan: Plan, dialect: Dialect): readonly string[] {
  if (program.isChain(plan)) return [chain(plan, dialect)];
  const variable = program.variables(plan.steps, rTaken);
  const assignments = plan.steps.flatMap((step) => {
    const name = variable(step.node.id);
    const sources = program.feeding(step, plan).map(variable);
    const [first = ""] = sources;
    let piped = sources.length === 1 ? `${first} ${dialect.pipe} ` : "";
    const merged = step.kind.takes === "several" ? [`list(${sources.join(", ")})`] : [];
    return layersOf(step, plan, dialect, merged).map((layer) => {
      const start = `${name} <- ${piped}`;
      piped = `${name} ${dialect.pipe} `;
      return start + laidOut(layer, rLayout, start.length);
    });
  });
  const [inputs, outputs] = [plan.steps[0], plan.output].map((it) => (it ? variable(it.node.id) : ""));
  return [...assignments, `model <- keras_model(inputs = ${inputs}, outputs = ${outputs})`];
}

function chain(plan: Plan, dialect: Dialect): string {
  const [input, ...layers] = plan.steps;
  const shape = rLiteral(input?.output ?? []);
  const start = dialect.sequential(shape, rLiteral(input?.node.id ?? ""));
  const texts = layers.flatMap((it) => layersOf(it, plan, dialect));
  // Every layer stands two to the right of the model that it is piped into, with the pipe behind it.
  const piped = texts.map((it, index) => {
    const layer = index === 0 && dialect.shapeInFirst ? withFirst(it, `input_shape = ${shape}`) : it;
    const end = index === texts.length - 1 ? "" : ` ${dialect.pipe}`;
    return laidOut(followedBy(layer, end), rLayout, rLayout.indent).replaceAll("\n", "\n  ");
  });
  return `model <- ${start} ${dialect.pipe}\n  ${piped.join("\n  ")}`;
}

/** The call with an argument more, behind those that say what the layer is. */
const withFirst = (text: Text, argument: string): Text =>
  typeof text === "string"
    ? text
    : { ...text, items: [...text.items.slice(0, -1), argument, ...text.items.slice(-1)] };

/** The layers of one node; a merge takes its sources as the first argument. */
const layersOf = (
  step: Step,
  plan: Plan,
  dialect: Dialect,
  merged: readonly string[] = [],
): readonly Text[] =>
  program
    .layerCalls(step, plan)
    .map(dialect.said)
    .map((it) =>
      it.fn === "ShufflePixels" ? shuffle(it, step.inputs[0] ?? []) : written(rLayer(it.fn), it, merged),
    );

const shuffle = ({ args: { seed, name } }: Call, shape: Shape | []): Text =>
  bracketed(
    "layer_lambda(",
    [`f = shuffle_pixels(${rLiteral(shape)}, seed = ${seed})`, `name = ${rLiteral(String(name))}`],
    ")",
  );

/** A call with its arguments; a given kernel within it stands in rows of `width` cells. */
function written(open: string, it: Call, before: readonly string[] = [], width?: number): Text {
  const items = program.argumentsOf(it, width).map(([name, argument]): Text => {
    if (typeof argument !== "object")
      return `${name} = ${typeof argument === "string" && argument.startsWith("function") ? argument : rLiteral(argument)}`;
    if ("fn" in argument)
      return written(`${name} = ${argument.fn.toLowerCase()}`, argument, [], program.kernelWidth(it.args));
    if (!program.isRows(argument)) return `${name} = ${rLiteral(argument)}`;
    // Cells make a matrix; amounts at the sides are a list of pairs.
    return bracketed(`${name} = ${it.fn === "Stencil" ? "rbind" : "list"}(`, argument.map(rLiteral), ")");
  });
  return bracketed(`${open}(`, [...before, ...items], ")");
}

function compiled(plan: Plan, recipe: Recipe, { pipe }: Dialect): string {
  const optimizer = program.optimizerCall(recipe);
  const logits = program.endsInSoftmax(plan) ? "" : "from_logits = TRUE";
  return laidOut(
    listed(
      `model ${pipe} compile(`,
      [
        written(`optimizer = optimizer_${optimizer.fn.toLowerCase()}`, optimizer),
        `loss = loss_sparse_categorical_crossentropy(${logits})`,
        'metrics = "accuracy"',
      ],
      ")",
    ),
    rLayout,
  );
}

function fitted(recipe: Recipe, { pipe }: Dialect): string {
  const { epochs, batch, validation, earlyStopping } = recipe;
  const stop = bracketed(
    "callback_early_stopping(",
    [
      `monitor = "${program.monitored(recipe)}"`,
      `patience = ${earlyStopping.patience}`,
      "restore_best_weights = TRUE",
    ],
    ")",
  );
  const fit: readonly Text[] = [
    "train$x",
    "train$y",
    `epochs = ${epochs}`,
    `batch_size = ${batch}`,
    ...(validation > 0 ? [`validation_split = ${validation}`] : []),
    ...(earlyStopping.on ? [bracketed("callbacks = list(", [stop], ")")] : []),
  ];
  return `history <- ${laidOut(listed(`model ${pipe} fit(`, fit, ")"), rLayout)}`;
}
