import type { Plan } from "../compile/plan.ts";
import { figure } from "./figure.ts";
import { flax } from "./flax.ts";
import { kerasRefusal } from "./keras/refusal.ts";
import { kerasPython } from "./keras-python.ts";
import { kerasR, kerasRLegacy } from "./keras-r.ts";
import { npz } from "./npz.ts";
import { onnx, tooLargeForOnnx } from "./onnx/onnx.ts";
import { pytorch } from "./pytorch.ts";
import { safetensors, tooLargeForSafetensors } from "./safetensors.ts";
import type { FileExport, GivenWeights, Subject } from "./subject.ts";
import type { Theme } from "./svg/theme.ts";
import { svg } from "./svg.ts";
import { csv } from "./table/csv.ts";
import { latex } from "./table/latex.ts";
import { markdown } from "./table/markdown.ts";
import { tfjsJs } from "./tfjs-js.ts";
import { tooLargeForTflite } from "./tflite/refusal.ts";
import { trainDdp } from "./train-ddp.ts";

/** Under which heading the export dialog shows a format, in this order. */
export const formatGroups = ["model", "program", "picture", "table", "bundle"] as const;
export type FormatGroup = (typeof formatGroups)[number];

interface Described {
  readonly title: string;
  readonly group: FormatGroup;
  /** One sentence for the export dialog: what one gets and who reads it. */
  readonly description: string;
  /** Whether trained weights are part of it. */
  readonly needsWeights: boolean;
  /** Why the format cannot hold a design, whatever its weights, in a sentence with the remedy; said before anything is written. */
  refuses?(plan: Plan): string | undefined;
}

/** A format that is one text, made here. */
export interface TextFormat extends Described {
  readonly makes: "text";
  readonly extension: string;
  /** The plan must be ready. Pictures come in the theme; programs have none. */
  emit(subject: Subject, theme?: Theme): string;
}

/** A folder of files that `shared/tfjs` makes and loads again to check. */
export interface TfjsFormat extends Described {
  readonly makes: "tfjs";
}

/** A format that is one file with weights, made here. */
export interface FileFormat extends Described {
  readonly makes: "file";
  readonly extension: string;
  /** What a program that reads it calls it; the design's name when left out. */
  readonly fileName?: string;
  /** The plan must be ready and the weights fit. Refuses, with a sentence, what the format cannot hold. */
  write(subject: Subject, given: GivenWeights): FileExport | Promise<FileExport>;
}

/** A format that is one PNG, painted from an SVG that is made here (`png/paint.ts`). */
export interface ImageFormat extends Described {
  readonly makes: "image";
  readonly extension: "png";
  /** The plan must be ready. */
  draw(subject: Subject, theme?: Theme): string;
}

/** A zip of all the others, for which `bundle/bundle.ts` needs the network and whoever can make them. */
export interface BundleFormat extends Described {
  readonly makes: "bundle";
  readonly extension: "zip";
}

export type Format = TextFormat | TfjsFormat | FileFormat | ImageFormat | BundleFormat;

/** Everything a design can be exported as, by its name on the command line, in the order in which it is offered. */
export const formats = {
  tfjs: {
    title: "TensorFlow.js model",
    group: "model",
    description: "A folder with model.json and weights.bin for tf.loadLayersModel, in a browser or in Node.",
    needsWeights: true,
    makes: "tfjs",
  },
  onnx: {
    title: "ONNX model",
    group: "model",
    description:
      "One file for ONNX Runtime and most other engines: images channels-last, any number at a time.",
    needsWeights: true,
    makes: "file",
    extension: "onnx",
    refuses: tooLargeForOnnx,
    write: onnx,
  },
  keras: {
    title: "Keras model",
    group: "model",
    description: "One .keras file for keras.models.load_model of Keras 3, with any of its backends.",
    needsWeights: true,
    makes: "file",
    extension: "keras",
    refuses: (plan) => kerasRefusal(plan, 3),
    // Loaded when asked for: the window lists formats but makes none of these.
    write: async (...its) => (await import("./keras/archive.ts")).kerasArchive(...its),
  },
  h5: {
    title: "Keras model (HDF5)",
    group: "model",
    description: "The older format, for Keras 2, Keras 3 and the TensorFlow.js converter.",
    needsWeights: true,
    makes: "file",
    extension: "h5",
    refuses: (plan) => kerasRefusal(plan, 2),
    write: async (...its) => (await import("./keras/legacy.ts")).kerasLegacy(...its),
  },
  tflite: {
    title: "TensorFlow Lite model",
    group: "model",
    description:
      "One .tflite file for LiteRT on phones, in browsers and on small devices, one image at a time.",
    needsWeights: true,
    makes: "file",
    extension: "tflite",
    refuses: tooLargeForTflite,
    write: async (...its) => (await import("./tflite/tflite.ts")).tflite(...its),
  },
  "keras-python": {
    title: "Keras program (Python)",
    group: "program",
    description: "Loads data, builds the model, trains it with this recipe and measures it, in Keras 3.",
    needsWeights: false,
    makes: "text",
    extension: "py",
    emit: kerasPython,
  },
  "keras-r": {
    title: "Keras program (R, keras3)",
    group: "program",
    description: "The same program in R, for the package keras3.",
    needsWeights: false,
    makes: "text",
    extension: "R",
    emit: kerasR,
  },
  "keras-r-legacy": {
    title: "Keras program (R, keras)",
    group: "program",
    description: "The same for the package keras, the predecessor of keras3, with its pipes.",
    needsWeights: false,
    makes: "text",
    extension: "R",
    emit: kerasRLegacy,
  },
  pytorch: {
    title: "PyTorch program",
    group: "program",
    description: "The same in PyTorch; weights.safetensors is loaded when it lies beside the program.",
    needsWeights: false,
    makes: "text",
    extension: "py",
    emit: pytorch,
  },
  "train-ddp": {
    title: "torchrun program",
    group: "program",
    description:
      "PyTorch for several GPUs, machines or CPU processes at once: resumes, and writes safetensors that open here.",
    needsWeights: false,
    makes: "text",
    extension: "py",
    emit: trainDdp,
  },
  "tfjs-js": {
    title: "TensorFlow.js program",
    group: "program",
    description:
      "The same in JavaScript, for Node.js and browsers; an exported TensorFlow.js model beside it lends its weights.",
    needsWeights: false,
    makes: "text",
    extension: "mjs",
    emit: tfjsJs,
  },
  flax: {
    title: "Flax program (JAX)",
    group: "program",
    description:
      "The same in Flax NNX with optax; weights.safetensors is loaded when it lies beside the program.",
    needsWeights: false,
    makes: "text",
    extension: "py",
    emit: flax,
  },
  npz: {
    title: "Keras weights (npz)",
    group: "model",
    description:
      "Every layer's weights under its name, in Keras' order of axes; the Keras programs beside them load them.",
    needsWeights: true,
    makes: "file",
    extension: "npz",
    fileName: "weights.npz",
    write: npz,
  },
  safetensors: {
    title: "PyTorch weights (safetensors)",
    group: "model",
    description:
      "Every layer's weights under its name, in PyTorch's order of axes; the program beside them loads them.",
    needsWeights: true,
    makes: "file",
    extension: "safetensors",
    fileName: "weights.safetensors",
    refuses: tooLargeForSafetensors,
    write: safetensors,
  },
  svg: {
    title: "Picture (SVG)",
    group: "picture",
    description: "The layers as they are drawn, with settings, shapes and parameter counts.",
    needsWeights: false,
    makes: "text",
    extension: "svg",
    emit: svg,
  },
  figure: {
    title: "Figure (SVG)",
    group: "picture",
    description:
      "The typical shape of a CNN, as in papers: blocks drawn to scale, with windows, arrows and captions.",
    needsWeights: false,
    makes: "text",
    extension: "svg",
    emit: figure,
  },
  png: {
    title: "Picture (PNG)",
    group: "picture",
    description: "The same as an image of 300 dots per inch.",
    needsWeights: false,
    makes: "image",
    extension: "png",
    draw: svg,
  },
  "figure-png": {
    title: "Figure (PNG)",
    group: "picture",
    description: "The figure as an image of 300 dots per inch.",
    needsWeights: false,
    makes: "image",
    extension: "png",
    draw: figure,
  },
  csv: {
    title: "Layer table (CSV)",
    group: "table",
    description:
      "Settings, shape, parameters, multiply-adds and receptive field of every layer, for R or a spreadsheet.",
    needsWeights: false,
    makes: "text",
    extension: "csv",
    emit: csv,
  },
  markdown: {
    title: "Layer table (Markdown)",
    group: "table",
    description: "The same table for a README, an issue or a notebook.",
    needsWeights: false,
    makes: "text",
    extension: "md",
    emit: markdown,
  },
  latex: {
    title: "Layer table (LaTeX)",
    group: "table",
    description: "The same table for a paper, with booktabs.",
    needsWeights: false,
    makes: "text",
    extension: "tex",
    emit: latex,
  },
  bundle: {
    title: "Bundle (ZIP)",
    group: "bundle",
    description:
      "All of these in one file, with the document, the weights, five probes and programs that check each model.",
    needsWeights: true,
    makes: "bundle",
    extension: "zip",
  },
} satisfies Record<string, Format>;
export type FormatName = keyof typeof formats;

export const isFormatName = (name: string): name is FormatName => Object.hasOwn(formats, name);
