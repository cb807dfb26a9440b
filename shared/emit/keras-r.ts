import type { Plan, Step } from "../compile/plan.ts";
import type { Call } from "../nodes/kind.ts";
import type { Recipe } from "../train/recipe.ts";
import * as program from "./keras-program.ts";
import { bracketed, followedBy, laidOut, listed, rLayout, type Text } from "./layout.ts";
import { rData } from "./r/data.ts";
import { rLayer, rLiteral, rTaken } from "./r/literal.ts";
import { rShufflePixels } from "./r/shuffle-pixels.ts";
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
    program.uses(plan, "ShufflePixels") ? rShufflePixels : [],
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

function modelLines(plan: Plan): readonly string[] {
  if (program.isChain(plan)) return [chain(plan)];
  const variable = program.variables(plan.steps, rTaken);
  const assignments = plan.steps.flatMap((step) => {
    const name = variable(step.node.id);
    const sources = step.sources.map(variable);
    const [first = ""] = sources;
    let piped = sources.length === 1 ? `${first} |> ` : "";
    const merged = step.kind.takes === "several" ? [`list(${sources.join(", ")})`] : [];
    return layersOf(step, merged).map((layer) => {
      const start = `${name} <- ${piped}`;
      piped = `${name} |> `;
      return start + laidOut(layer, rLayout, start.length);
    });
  });
  const [inputs, outputs] = [plan.steps[0], plan.output].map((it) => (it ? variable(it.node.id) : ""));
  return [...assignments, `model <- keras_model(inputs = ${inputs}, outputs = ${outputs})`];
}

function chain({ steps: [input, ...layers] }: Plan): string {
  const shape = rLiteral(input?.output ?? []);
  const start = `keras_model_sequential(input_shape = ${shape}, input_name = ${rLiteral(input?.node.id ?? "")})`;
  // Every layer stands two to the right of the model that it is piped into, with ` |>` behind it.
  const piped = layers
    .flatMap((it) => layersOf(it, []))
    .map((it) => laidOut(followedBy(it, " |>"), rLayout, rLayout.indent).replaceAll("\n", "\n  "));
  return `model <- ${[start, ...piped].join(" |>\n  ").replaceAll(" |> |>", " |>").replace(/ \|>$/, "")}`;
}

/** The calls of one node; the last one carries its id. */
function layersOf({ node, kind, values, inputs }: Step, merged: readonly string[]): readonly Text[] {
  const calls = kind.calls(values, inputs).keras;
  return calls.map((it, index) => {
    const name = index === calls.length - 1 ? node.id : `${node.id}_${index + 1}`;
    if (it.fn !== "ShufflePixels")
      return written(rLayer(it.fn), { ...it, args: { ...it.args, name } }, merged);
    const [shape = []] = inputs;
    const moves = `shuffle_pixels(${rLiteral(shape)}, seed = ${rLiteral(it.args.seed ?? 0)})`;
    return bracketed("layer_lambda(", [`f = ${moves}`, `name = ${rLiteral(name)}`], ")");
  });
}

const written = (fn: string, { args }: Call, before: readonly string[] = []): Text =>
  bracketed(
    `${fn}(`,
    [...before, ...Object.entries(args).map(([name, value]) => `${name} = ${rLiteral(value)}`)],
    ")",
  );

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
