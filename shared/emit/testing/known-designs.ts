import type { Values } from "../../nodes/settings.ts";
import { type Line, subjectOf } from "../golden-subjects.ts";

const conv = (id: string, filters: number, values: Values = {}, from?: readonly string[]): Line =>
  from ? [id, "conv2d", { filters, ...values }, from] : [id, "conv2d", { filters, ...values }];
const linear = { bias: false, activation: "linear" };
const softmax = (units: number): Line => ["classes", "dense", { units, activation: "softmax" }];

/** Simonyan & Zisserman 2014, configuration D. */
export const vgg16 = subjectOf("VGG-16", [
  ["image", "input", { height: 224, width: 224, channels: 3 }],
  ...(
    [
      [64, 2],
      [128, 2],
      [256, 3],
      [512, 3],
      [512, 3],
    ] as const
  ).flatMap(([filters, count], block): Line[] => [
    ...Array.from({ length: count }, (_, index) => conv(`conv_${block + 1}_${index + 1}`, filters)),
    [`pool_${block + 1}`, "maxPool2d"],
  ]),
  ["flatten_1", "flatten"],
  ["fc_1", "dense", { units: 4096 }],
  ["dropout_1", "dropout", { rate: 0.5 }],
  ["fc_2", "dense", { units: 4096 }],
  ["dropout_2", "dropout", { rate: 0.5 }],
  softmax(1000),
]);

/** Two blocks of He et al. 2016: a plain skip, and one that halves the image. */
export const residual = subjectOf("Residual", [
  ["image", "input", { height: 32, width: 32, channels: 3 }],
  conv("stem", 16, linear),
  ["norm_0", "batchNorm"],
  ["relu_0", "activation", { function: "relu" }],
  conv("conv_1", 16, linear),
  ["norm_1", "batchNorm"],
  ["relu_1", "activation", { function: "relu" }],
  conv("conv_2", 16, linear),
  ["norm_2", "batchNorm"],
  ["add_1", "add", {}, ["norm_2", "relu_0"]],
  ["relu_2", "activation", { function: "relu" }],
  conv("conv_3", 32, { ...linear, stride: 2 }),
  ["norm_3", "batchNorm"],
  ["relu_3", "activation", { function: "relu" }],
  conv("conv_4", 32, linear),
  ["norm_4", "batchNorm"],
  conv("shortcut", 32, { ...linear, kernel: 1, stride: 2 }, ["relu_2"]),
  ["add_2", "add", {}, ["norm_4", "shortcut"]],
  ["relu_4", "activation", { function: "relu" }],
  ["everywhere", "globalAvgPool2d"],
  softmax(10),
]);

/** One module of Szegedy et al. 2015. */
export const inception = subjectOf("Inception module", [
  ["image", "input", { channels: 3 }],
  conv("stem", 32),
  conv("one", 16, { kernel: 1 }, ["stem"]),
  conv("three_in", 16, { kernel: 1 }, ["stem"]),
  conv("three", 32, {}, ["three_in"]),
  conv("five_in", 8, { kernel: 1 }, ["stem"]),
  conv("five", 16, { kernel: 5 }, ["five_in"]),
  ["pool", "maxPool2d", { size: 3, stride: 1, padding: "same" }, ["stem"]],
  conv("pool_out", 16, { kernel: 1 }, ["pool"]),
  ["join", "concat", {}, ["one", "three", "five", "pool_out"]],
  ["down", "maxPool2d"],
  ["everywhere", "globalAvgPool2d"],
  softmax(10),
]);
