import type { DataChoice } from "../train/dataset.ts";
import { defaultRecipe, type Recipe } from "../train/recipe.ts";
import { chain, type Link } from "./chain.ts";
import type { Document } from "./document.ts";

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

const blank: Template = {
  file: "blank",
  title: "Blank",
  description: "An image to start from, nothing else.",
  document: onDigits([chain("Design", ["input"])]),
};

/** In the gallery's order. */
export const templates: readonly Template[] = [edgeLover, digits, leNet, blank];
