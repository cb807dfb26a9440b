import type { Plan } from "../compile/plan.ts";
import {
  endsInSoftmax,
  feeding,
  inputShape,
  introduction,
  isChain,
  startsFrom,
  variables,
} from "./keras-program.ts";
import type { Subject } from "./subject.ts";
import * as classes from "./tfjs-js/classes.ts";
import { jsData } from "./tfjs-js/data.ts";
import { type JsLayer, jsLayers } from "./tfjs-js/layers.ts";
import { calledWith } from "./tfjs-js/layout.ts";
import { jsTaken } from "./tfjs-js/taken.ts";
import * as training from "./tfjs-js/training.ts";

/**
 * A module for TensorFlow.js 4 (js.tensorflow.org/api), in Node.js 18 or a browser, that loads data, builds the plan's
 * model with the nodes' ids as layer names, takes the weights of an exported tfjs model whose `model.json` lies beside
 * it, trains with the recipe and measures on the test set. A last softmax stands in the loss, so the model gives logits.
 */
export function tfjsJs(subject: Subject): string {
  const { plan, recipe, data } = subject;
  const softmax = endsInSoftmax(plan);
  const layers = plan.steps.slice(1).flatMap((it) => jsLayers(it, plan));
  const defined = [...new Set(layers.flatMap((it) => it.defines ?? []))].toSorted();
  const learns = plan.totals.trainable > 0;
  const definitions = defined.map((it) => classes.classes[it]);
  const text = definitions.flat().join("\n");
  const local = defined.includes("LocallyConnected2D");
  const given = givenKernels(plan);
  const sections: readonly (readonly string[])[] = [
    [
      ...introduction(subject),
      "",
      startsFrom("model.json"),
      "Needs Node.js 18 or a browser, and once: npm install @tensorflow/tfjs",
    ].map((it) => `// ${it}`.trimEnd()),
    ['import * as tf from "@tensorflow/tfjs";'],
    start(recipe.seed),
    classes.reading,
    jsData(data, inputShape(plan), plan.output?.output.at(-1) ?? 1),
    ...(/\bone\(/.test(text) ? [classes.one] : []),
    ...(/\baround\(/.test(text) ? [classes.around] : []),
    ...definitions,
    modelLines(plan),
    ...(given.length ? [[...classes.give, "", ...given]] : []),
    ["model.summary();"],
    training.compiled(recipe, softmax),
    training.evaluate(recipe),
    training.shown,
    ...(local ? [training.storedFor] : []),
    training.loading(local),
    learns
      ? training.trainingLoop(recipe)
      : ["// Nothing here learns: no layer has weights that may change."],
    training.testing,
  ];
  return `${withoutUnused(sections.map((it) => it.join("\n")).join("\n\n"))}\n`;
}

/** Not every program cuts its examples in parts or starts a layer at random. */
const withoutUnused = (program: string): string =>
  [
    ["part(", /const part = [\s\S]*?\}\);\n/],
    ["glorot()", /const glorot = .*\n/],
    ["seed++", /\/\/ Weights that start[\s\S]*?let seed = .*\n\n/],
  ].reduce(
    (text, [used = "", definition = ""]) =>
      text.includes(String(used)) ? text : text.replace(definition, ""),
    program,
  );

const start = (seed: number): readonly string[] => [
  "// Weights that start at random, the same ones in every run.",
  `let seed = ${seed + 1};`,
  "const glorot = () => tf.initializers.glorotUniform({ seed: seed++ });",
  "",
  ...classes.random,
];

function modelLines(plan: Plan): readonly string[] {
  const [first] = plan.steps;
  const id = JSON.stringify(first?.node.id ?? "");
  const shape = `[${inputShape(plan).join(", ")}]`;
  if (isChain(plan)) {
    const layers = plan.steps.slice(1).flatMap((it) => jsLayers(it, plan));
    return [
      "const model = tf.sequential({",
      "  layers: [",
      `    tf.layers.inputLayer({ inputShape: ${shape}, name: ${id} }),`,
      ...layers.map((it) => `    ${made(it, 4, 1)},`),
      "  ],",
      "});",
    ];
  }
  const variable = variables(plan.steps, jsTaken);
  const assignments = plan.steps.slice(1).flatMap((step) => {
    const name = variable(step.node.id);
    const sources = feeding(step, plan).map(variable);
    const layers = step.kind.family === "input" ? [same(step.node.id)] : jsLayers(step, plan);
    // tfjs frees an output too early when one layer takes it twice.
    const copies = sources.flatMap((it, at) =>
      sources.indexOf(it) === at ? [] : [{ of: it, at, as: `${name}_again${at}` }],
    );
    const taken = sources.map((it, at) => copies.find((copy) => copy.at === at)?.as ?? it);
    let fed = taken.length > 1 ? `[${taken.join(", ")}]` : (taken[0] ?? "");
    return [
      ...copies.map((it) => applied(it.as, same(`${step.node.id}.again${it.at}`), it.of)),
      ...layers.map((layer, index) => {
        const target = index === layers.length - 1 ? name : `${name}_${index + 1}`;
        const line = applied(target, layer, fed);
        fed = target;
        return line;
      }),
    ];
  });
  const ends = [first, plan.output].map((it) => (it ? variable(it.node.id) : ""));
  return [
    `const ${ends[0]} = tf.input({ shape: ${shape}, name: ${id} });`,
    ...assignments,
    `const model = tf.model({ inputs: ${ends[0]}, outputs: ${ends[1]} });`,
  ];
}

/** A layer that hands on what it gets. */
const same = (name: string): JsLayer => ({
  make: "tf.layers.activation",
  properties: [["activation", '"linear"']],
  name,
});

/** An assignment; where it is too long for a line, the calls stand in lines of their own, as prettier has it. */
function applied(target: string, layer: JsLayer, fed: string): string {
  const line = `const ${target} = ${made(layer, 0, `const ${target} = `.length + `.apply(${fed});`.length)}.apply(${fed});`;
  if (!line.includes("\n")) return line;
  const [owner, call] = layer.make.split(/(?<=^tf\.layers)/);
  if (call === undefined) return line;
  return `const ${target} = ${owner}\n  ${made({ ...layer, make: call }, 2, 0)}\n  .apply(${fed});`;
}

const made = ({ make, properties, name }: JsLayer, margin: number, taken: number): string =>
  calledWith(`${make}`, [...properties, ["name", JSON.stringify(name)]], { margin, taken });

/** Kernels that are given, laid over what the layers started from. */
const givenKernels = (plan: Plan): readonly string[] =>
  plan.steps.flatMap((step) => {
    const [kernel] = step.weights;
    if (typeof kernel?.initial !== "object") return [];
    const { cells, across } = kernel.initial;
    const columns = kernel.shape.at(-3) ?? 1;
    const rows = Array.from(
      { length: cells.length / columns },
      (_, row) => `  [${cells.slice(row * columns, (row + 1) * columns).join(", ")}],`,
    );
    const [layer] = jsLayers(step, plan);
    const name = JSON.stringify(layer?.name ?? step.node.id);
    return across === "sum"
      ? [`give(${name}, [`, ...rows, "]);"]
      : ["give(", `  ${name},`, "  [", ...rows.map((it) => `  ${it}`), "  ],", '  "channel",', ");"];
  });
