import { compile } from "../compile/compile.ts";
import { pitch } from "../graph/card.ts";
import type { Graph } from "../graph/graph.ts";
import { templates } from "../graph/templates.ts";
import type { KindName } from "../nodes/index.ts";
import type { Values } from "../nodes/settings.ts";
import type { DataChoice } from "../train/dataset.ts";
import { defaultRecipe, type Recipe } from "../train/recipe.ts";
import type { Subject } from "./subject.ts";

/** A node of a test's own notation: id, kind, what feeds it (the one before when left out), settings. */
export type Line = readonly [id: string, kind: KindName, values?: Values, from?: readonly string[]];

/** A graph from a list of lines, one card under the other. */
export function graphOf(lines: readonly Line[]): Graph {
  const nodes = lines.map(([id, kind, values = {}], row) => ({
    id,
    kind,
    values,
    at: [0, pitch * row] as const,
  }));
  const wires = lines.flatMap(([to, , , from], row) =>
    (from ?? lines.slice(Math.max(row - 1, 0), row).map(([id]) => id)).map((it, slot) => ({
      from: it,
      to,
      slot,
    })),
  );
  return { nodes, wires };
}

export const subjectOf = (
  title: string,
  lines: readonly Line[],
  data: DataChoice = { source: "digits" },
  recipe: Partial<Recipe> = {},
): Subject => ({ title, plan: compile(graphOf(lines)), data, recipe: { ...defaultRecipe, ...recipe } });

/** The app's templates by file and design, and designs that use, all together, what the templates do not. */
export const goldenSubjects: Readonly<Record<string, Subject>> = {
  ...Object.fromEntries(
    templates
      .filter((it) => it.file !== "blank")
      .flatMap(({ file, document: { designs, data, recipe } }) =>
        designs.map((it) => [
          designs.length > 1 ? `${file}-${it.name.toLowerCase().replaceAll(" ", "-")}` : file,
          { title: it.name, plan: compile(it), data, recipe },
        ]),
      ),
  ),
  shuffled: subjectOf(
    "Shuffled digits",
    [
      ["image", "input"],
      ["shuffle_1", "shufflePixels", { seed: 7 }],
      ["flatten_1", "flatten"],
      ["dense_1", "dense", { units: 100 }],
      ["dense_2", "dense", { units: 50 }],
      ["classes", "dense", { units: 10, activation: "linear" }],
    ],
    { source: "folder", name: "mnist" },
    { optimizer: { name: "momentum", rate: 0.01 }, validation: 0 },
  ),
  branched: subjectOf(
    "Two paths, one “sum”",
    [
      ["image", "input"],
      ["near", "conv2d", { kernel: [3, 1], activation: "leakyRelu" }],
      ["far", "conv2d", { dilation: 2, bias: false, trainable: false, activation: "linear" }, ["image"]],
      ["lambda", "batchNorm", {}, ["far"]],
      ["sum", "add", {}, ["near", "lambda"]],
      ["both", "concat", {}, ["sum", "image"]],
      ["pool_1", "avgPool2d", { size: 3, stride: 2, padding: "same" }],
      ["swish_1", "activation", { function: "swish" }],
      ["everywhere", "globalAvgPool2d"],
      ["dropout_1", "dropout", { rate: 0.25 }],
      ["classes", "dense", { units: 10, activation: "linear" }],
    ],
    { source: "digits" },
    { optimizer: { name: "rmsprop", rate: 0.0005 }, earlyStopping: { on: true, patience: 3 }, seed: 42 },
  ),
  mobile: subjectOf("Mobile", [
    ["image", "input"],
    ["stem", "conv2d", { stride: 2, bias: false, activation: "linear" }],
    ["norm_1", "batchNorm", { scale: false }],
    ["depthwise_1", "depthwiseConv2d", { multiplier: 2, activation: "swish" }],
    ["point_1", "conv2d", { kernel: 1, activation: "linear" }],
    ["norm_2", "layerNorm", { center: false }],
    ["mean", "average", {}, ["norm_1", "norm_2"]],
    ["separable_1", "separableConv2d", { filters: 16, stride: 2 }],
    ["dropout_1", "spatialDropout2d", { rate: 0.2 }],
    ["everywhere", "globalAvgPool2d"],
    ["classes", "dense", { units: 10, activation: "linear" }],
  ]),
  gated: subjectOf("Attention by channel, two inputs", [
    ["image", "input"],
    ["again", "input", {}, []],
    ["features", "conv2d", { activation: "linear" }, ["image"]],
    ["squeeze", "globalAvgPool2d", {}, ["features"]],
    ["weigh", "dense", { units: 8, activation: "sigmoid" }],
    ["as_image", "reshape", { target: [1, 1, 8] }],
    ["gate", "multiply", {}, ["features", "as_image"]],
    ["brightest", "maximum", {}, ["gate", "again"]],
    ["pool_1", "maxPool2d", { size: 4 }],
    ["as_vector", "reshape", { target: [392] }],
    ["norm", "batchNorm", { trainable: false }],
    ["classes", "dense", { units: 10, activation: "linear" }],
  ]),
  rebuilt: subjectOf("Down and up again", [
    ["image", "input"],
    ["scaled", "rescale", { scale: 2, offset: -1 }],
    ["noisy", "gaussianNoise", { deviation: 0.2 }],
    ["middle", "crop2d", { amount: [2, 2, 3, 1] }],
    ["down", "conv2d", { filters: 4, stride: 2 }],
    ["up_1", "conv2dTranspose", { filters: 4, stride: 2, trainable: false }],
    ["small", "avgPool2d"],
    ["up_2", "upsample2d", { interpolation: "bilinear" }],
    ["edge", "zeroPad2d", { amount: [2, 2, 3, 1] }],
    ["up_3", "upsample2d", { size: [2, 1] }],
    ["pool_1", "maxPool2d", { size: [8, 4] }],
    ["flatten_1", "flatten"],
    ["classes", "dense", { units: 10, activation: "linear" }],
  ]),
  locally: subjectOf("A kernel for every place", [
    ["image", "input"],
    [
      "blur",
      "conv2d",
      { filters: 1, weights: "gaussian", bias: false, trainable: false, activation: "linear" },
    ],
    ["across", "conv2d", { filters: 1, weights: "sobelHorizontal", bias: false }],
    ["down", "conv2d", { filters: 1, weights: "sobelVertical", bias: false }, ["blur"]],
    ["edges", "concat", {}, ["across", "down"]],
    ["places_1", "locallyConnected2d", { filters: 2, stride: 2, weights: "boxBlur", across: "channel" }],
    [
      "places_2",
      "locallyConnected2d",
      { filters: 4, kernel: [2, 3], padding: "valid", activation: "leakyRelu" },
    ],
    ["flatten_1", "flatten"],
    ["classes", "dense", { units: 10, activation: "linear" }],
  ]),
  flowers: subjectOf(
    "Flowers",
    [
      ["sizes", "input", { shape: [4] }],
      ["dense_1", "dense", { units: 16, activation: "tanh" }],
      ["species", "dense", { units: 3, activation: "softmax" }],
    ],
    { source: "table", name: "iris.csv" },
    { batch: 16, epochs: 40 },
  ),
};
