import type { Plan, Step } from "../compile/plan.ts";
import type { Call } from "../nodes/kind.ts";
import type { Shape } from "../nodes/shape.ts";
import type { Recipe } from "../train/recipe.ts";
import * as program from "./keras-program.ts";
import { bracketed, followedBy, laidOut, listed, rLayout, type Text } from "./layout.ts";
import { rData } from "./r/data.ts";
import { rLayer, rLiteral, rTaken } from "./r/literal.ts";
import { rLocallyConnected } from "./r/locally-connected.ts";
import { rShufflePixels } from "./r/shuffle-pixels.ts";
import { rStencil } from "./r/stencil.ts";
import type { Subject } from "./subject.ts";

/** The program of `kerasPython`, in R with the package keras3 (keras3.posit.co). */
export function kerasR(subject: Subject): string {
  const { plan, recipe, data } = subject;
  const sections: readonly (readonly string[])[] = [
    [
      ...program.introduction(subject),
      "",
      'Needs R 4.1 and once: install.packages("keras3"); keras3::install_keras()',
    ].map((it) => `# ${it}`.trimEnd()),
    ["library(keras3)"],
    [`set_random_seed(${recipe.seed})`],
    rData(data, program.inputShape(plan)),
    ...definitions.map(({ name, lines }) => (program.uses(plan, name) ? lines : [])),
    modelLines(plan),
    ["summary(model)"],
    [compiled(plan, recipe)],
    [fitted(recipe)],
    ["model |> evaluate(test$x, test$y)"],
  ];
  return `${sections
    .filter((it) => it.length)
    .map((it) => it.join("\n"))
    .join("\n\n")}\n`;
}

/** What Keras 3 lacks and a program defines, where it uses it. */
const definitions = [
  { name: "ShufflePixels", lines: rShufflePixels },
  { name: "Stencil", lines: rStencil },
  { name: "LocallyConnected2D", lines: rLocallyConnected },
];

function modelLines(plan: Plan): readonly string[] {
  if (program.isChain(plan)) return [chain(plan)];
  const variable = program.variables(plan.steps, rTaken);
  const assignments = plan.steps.flatMap((step) => {
    const name = variable(step.node.id);
    const sources = program.feeding(step, plan).map(variable);
    const [first = ""] = sources;
    let piped = sources.length === 1 ? `${first} |> ` : "";
    const merged = step.kind.takes === "several" ? [`list(${sources.join(", ")})`] : [];
    return layersOf(step, plan, merged).map((layer) => {
      const start = `${name} <- ${piped}`;
      piped = `${name} |> `;
      return start + laidOut(layer, rLayout, start.length);
    });
  });
  const [inputs, outputs] = [plan.steps[0], plan.output].map((it) => (it ? variable(it.node.id) : ""));
  return [...assignments, `model <- keras_model(inputs = ${inputs}, outputs = ${outputs})`];
}

function chain(plan: Plan): string {
  const [input, ...layers] = plan.steps;
  const shape = rLiteral(input?.output ?? []);
  const start = `keras_model_sequential(input_shape = ${shape}, input_name = ${rLiteral(input?.node.id ?? "")})`;
  // Every layer stands two to the right of the model that it is piped into, with ` |>` behind it.
  const piped = layers
    .flatMap((it) => layersOf(it, plan))
    .map((it) => laidOut(followedBy(it, " |>"), rLayout, rLayout.indent).replaceAll("\n", "\n  "));
  return `model <- ${[start, ...piped].join(" |>\n  ").replaceAll(" |> |>", " |>").replace(/ \|>$/, "")}`;
}

/** The layers of one node; a merge takes its sources as the first argument. */
const layersOf = (step: Step, plan: Plan, merged: readonly string[] = []): readonly Text[] =>
  program
    .layerCalls(step, plan)
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
    if (typeof argument !== "object") return `${name} = ${rLiteral(argument)}`;
    if ("fn" in argument)
      return written(`${name} = ${argument.fn.toLowerCase()}`, argument, [], program.kernelWidth(it.args));
    if (!program.isRows(argument)) return `${name} = ${rLiteral(argument)}`;
    // Cells make a matrix; amounts at the sides are a list of pairs.
    return bracketed(`${name} = ${it.fn === "Stencil" ? "rbind" : "list"}(`, argument.map(rLiteral), ")");
  });
  return bracketed(`${open}(`, [...before, ...items], ")");
}

function compiled(plan: Plan, recipe: Recipe): string {
  const optimizer = program.optimizerCall(recipe);
  const logits = program.endsInSoftmax(plan) ? "" : "from_logits = TRUE";
  return laidOut(
    listed(
      "model |> compile(",
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

function fitted(recipe: Recipe): string {
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
  return `history <- ${laidOut(listed("model |> fit(", fit, ")"), rLayout)}`;
}
