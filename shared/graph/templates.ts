import type { DataChoice } from "../train/dataset.ts";
import { defaultRecipe, type Recipe } from "../train/recipe.ts";
import { card, grid, pitch } from "./card.ts";
import { chain, type Link } from "./chain.ts";
import type { Document } from "./document.ts";
import { addNode, connect, renameNode } from "./edits.ts";
import type { Design } from "./graph.ts";

/** A document to start from. `examples/<file>.receptive` holds the same document as a file; a test compares them. */
export interface Template {
  /** Name of the file in `examples`, without its extension. */
  readonly file: string;
  readonly title: string;
  /** One sentence: what can be seen with it. */
  readonly description: string;
  readonly document: Document;
}

const softmax10: Link = ["dense", { units: 10, activation: "softmax" }];
const kernel5 = { kernel: 5 };

// 30 parameters. A larger rate than Adam's usual 0.001, so that the kernel shows its edge within seconds.
const edgeLover: Template = {
  file: "edge-lover",
  title: "Edge lover",
  description:
    "One 5×5 kernel learns to tell vertical from horizontal stripes: watch it become an edge detector.",
  document: {
    designs: [
      chain("Edge lover", [
        ["input", { height: 50, width: 50 }],
        ["conv2d", { ...kernel5, filters: 1, activation: "linear" }],
        "globalMaxPool2d",
        ["dense", { units: 2, activation: "softmax" }],
      ]),
    ],
    data: { source: "stripes" },
    recipe: {
      ...defaultRecipe,
      epochs: 20,
      optimizer: { name: "adam", rate: 0.01 },
      validation: 0.5,
    },
  },
};

const onDigits = (designs: Document["designs"], recipe: Partial<Recipe> = {}): Document => ({
  designs,
  data: { source: "digits" } satisfies DataChoice,
  recipe: { ...defaultRecipe, ...recipe },
});

const digits: Template = {
  file: "digits",
  title: "Digits: CNN against fcNN",
  description: "Two networks on the same ten digits: sliding kernels against one weight for every pixel.",
  document: onDigits([
    chain("CNN", [
      "input",
      "conv2d",
      "conv2d",
      "maxPool2d",
      ["conv2d", { filters: 16 }],
      ["conv2d", { filters: 16 }],
      "maxPool2d",
      "flatten",
      ["dense", { units: 40 }],
      softmax10,
    ]),
    chain("fcNN", ["input", "flatten", ["dense", { units: 100 }], ["dense", { units: 50 }], softmax10]),
  ]),
};

// One stride of 2 keeps the fully connected design small enough to train in seconds.
const look = { filters: 4, stride: 2 };

const threeWays: Template = {
  file: "three-ways",
  title: "Three ways to look",
  description:
    "28×28 → 14×14×4 by 40, 7,840 or 615,440 weights: convolution, locally connected, fully connected.",
  document: onDigits([
    chain("Convolution", ["input", ["conv2d", look], "flatten", softmax10]),
    chain("Locally connected", ["input", ["locallyConnected2d", look], "flatten", softmax10]),
    chain("Fully connected", ["input", "flatten", ["dense", { units: 14 * 14 * 4 }], softmax10]),
  ]),
};

const namedKernels: readonly (readonly [id: string, preset: string])[] = [
  ["sobel_x", "sobelHorizontal"],
  ["sobel_y", "sobelVertical"],
  ["laplace", "laplace"],
  ["gaussian", "gaussian"],
];

/** The image through four frozen kernels side by side; a small dense net decides by what they show. */
function edgesAndBlur(): Design {
  const apart = card.width + 2 * grid;
  let design = chain("Kernels by name", ["input"]);
  const [image] = design.nodes;
  // Cards that name their kernel are a line higher.
  const room = 2 * grid;
  const middle = ((namedKernels.length - 1) * apart) / 2;
  let joined: string | undefined;
  for (const [index, [name, weights]] of namedKernels.entries()) {
    const values = { filters: 1, weights, trainable: false, bias: false, activation: "linear" };
    const kernel = addNode(design, "conv2d", [index * apart - middle, pitch], values);
    design = renameNode(kernel.graph, kernel.id, name);
    if (image) design = connect(design, image.id, name);
    if (joined === undefined) {
      const concat = addNode(design, "concat", [0, 2 * pitch + room]);
      joined = concat.id;
      design = concat.graph;
    }
    design = connect(design, name, joined);
  }
  let last = joined ?? "";
  const behind = ["maxPool2d", "flatten", softmax10] as const;
  for (const [index, link] of behind.entries()) {
    const [kind, values] = typeof link === "string" ? [link, {}] : link;
    const added = addNode(design, kind, [0, (3 + index) * pitch + room], values);
    design = connect(added.graph, last, added.id);
    last = added.id;
  }
  return design;
}

const kernelsByName: Template = {
  file: "kernels",
  title: "Kernels by name",
  description:
    "Sobel, Laplace and Gaussian kernels side by side: what edges and blur look like as feature maps.",
  document: onDigits([edgesAndBlur()]),
};

const leNet: Template = {
  file: "lenet",
  title: "LeNet",
  description: "The classic shape of a CNN: convolve, pool, convolve, pool, then decide.",
  document: onDigits([
    chain("LeNet", [
      "input",
      ["conv2d", kernel5],
      "maxPool2d",
      ["conv2d", { ...kernel5, filters: 16 }],
      "maxPool2d",
      "flatten",
      "dense",
      softmax10,
    ]),
  ]),
};

// 371 parameters. Tanh bends the borders smoothly; within 30 epochs they follow the arms.
const tableOfSpirals: Template = {
  file: "spirals",
  title: "Table: spirals with a dense net",
  description:
    "A table of points instead of images: watch a small dense net bend the borders between three arms.",
  document: {
    designs: [
      renameNode(
        chain("Dense net", [
          ["input", { shape: [2] }],
          ["dense", { units: 16, activation: "tanh" }],
          ["dense", { units: 16, activation: "tanh" }],
          ["dense", { units: 3, activation: "softmax" }],
        ]),
        "image",
        "point",
      ),
    ],
    data: { source: "spirals" },
    recipe: {
      ...defaultRecipe,
      epochs: 30,
      batch: 32,
      optimizer: { name: "adam", rate: 0.01 },
      validation: 0.2,
    },
  },
};

const blank: Template = {
  file: "blank",
  title: "Blank",
  description: "An image to start from, nothing else.",
  document: onDigits([chain("Design", ["input"])]),
};

/** In the gallery's order. */
export const templates: readonly Template[] = [
  edgeLover,
  digits,
  threeWays,
  kernelsByName,
  leNet,
  tableOfSpirals,
  blank,
];
