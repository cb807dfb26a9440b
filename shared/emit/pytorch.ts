import type { Plan } from "../compile/plan.ts";
import type { KindName } from "../nodes/index.ts";
import { volume } from "../nodes/shape.ts";
import { endsInSoftmax, inputShape, introduction } from "./keras-program.ts";
import { sectioned } from "./python/sectioned.ts";
import { pythonPermutation } from "./python/shuffle-pixels.ts";
import * as classes from "./pytorch/classes.ts";
import { torchData } from "./pytorch/data.ts";
import { networkClass, startedTypes } from "./pytorch/network.ts";
import * as training from "./pytorch/training.ts";
import type { Subject } from "./subject.ts";

/**
 * A program for PyTorch (1.13 and later) that loads data, builds the plan as an `nn.Module` with the nodes' ids as
 * attributes, takes the weights of `weights.safetensors` when that lies beside it, trains with the recipe and measures on
 * the test set. It needs torch and NumPy alone, and torchvision for MNIST. A last softmax stands in the loss, so the
 * network gives logits. Running variances move by PyTorch's unbiased estimate, n / (n − 1) of ours.
 */
export function pytorch(subject: Subject): string {
  const { plan, recipe, data } = subject;
  const softmax = endsInSoftmax(plan);
  const { standardImports, lines } = torchData(data, inputShape(plan));
  const learns = plan.totals.trainable > 0;
  const body = [
    [`torch.manual_seed(${recipe.seed})`, 'device = "cuda" if torch.cuda.is_available() else "cpu"'],
    lines,
    ...definitions(plan, data.source === "table"),
    networkClass(plan),
    classes.readSafetensors,
    ["model = Network().to(device)", "print(model)"],
    training.batches(recipe),
    [...training.lossLines(softmax), ...(learns ? [training.optimizerLine(recipe)] : [])],
    training.evaluate,
    ...(softmax ? [training.predict] : []),
    training.loading,
    learns
      ? training.trainingLoop(recipe, needsPairs(plan))
      : ["# Nothing here learns: no layer has weights that may change."],
    training.testing(softmax),
  ];
  const text = body.flat().join("\n");
  const needs = data.source === "digits" ? "torch torchvision numpy" : "torch numpy";
  return sectioned([
    [...introduction(subject), "", `Needs PyTorch: pip install ${needs}`].map((it) => `# ${it}`.trimEnd()),
    ordered([
      ...standardImports,
      "import json",
      "from pathlib import Path",
      ...(learns && recipe.earlyStopping.on ? ["import copy", "import math"] : []),
    ]),
    ordered([
      "import numpy as np",
      "import torch",
      ...(/\bF\./.test(text) ? ["import torch.nn.functional as F"] : []),
      "from torch import nn",
      "from torch.utils.data import DataLoader, TensorDataset",
      ...(data.source === "digits" ? ["from torchvision import datasets"] : []),
    ]),
    ...body,
  ]);
}

/** Whether a batch norm learns from one value per channel and example: PyTorch refuses a batch of one there. */
const needsPairs = ({ steps }: Plan): boolean =>
  steps.some(
    ({ node, values, output }) =>
      node.kind === "batchNorm" && values.trainable === true && volume(output) === output.at(-1),
  );

/** What PyTorch lacks and this plan uses; a table's own code brings the permutation already. */
function definitions(plan: Plan, hasPermutation: boolean): readonly (readonly string[])[] {
  const has = (...wanted: readonly KindName[]): boolean =>
    plan.steps.some(({ node }) => wanted.some((it) => it === node.kind));
  const started = startedTypes(plan);
  return [
    ...(has("separableConv2d") ? [classes.separableConv2d] : []),
    ...(has("locallyConnected2d") ? [classes.locallyConnected2d] : []),
    ...(has("shufflePixels") ? [...(hasPermutation ? [] : [pythonPermutation]), classes.shufflePixels] : []),
    ...(has("gaussianNoise") ? [classes.gaussianNoise] : []),
    ...(started.length ? [classes.glorot(started, has("separableConv2d", "depthwiseConv2d"))] : []),
  ];
}

/** Each once, `import` before `from`, as isort has it. */
const ordered = (imports: readonly string[]): readonly string[] =>
  [...new Set(imports)].toSorted(
    (a, b) => Number(a.startsWith("from")) - Number(b.startsWith("from")) || (a < b ? -1 : 1),
  );
