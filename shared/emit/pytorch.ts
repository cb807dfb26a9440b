import { endsInSoftmax, inputShape, introduction, startsFrom } from "./keras-program.ts";
import { commented } from "./python/comments.ts";
import { ordered } from "./python/imports.ts";
import { sectioned } from "./python/sectioned.ts";
import * as classes from "./pytorch/classes.ts";
import { needsTorch, torchData } from "./pytorch/data.ts";
import { definitions, needsPairs } from "./pytorch/definitions.ts";
import { networkClass } from "./pytorch/network.ts";
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
  return sectioned([
    commented([...introduction(subject), "", startsFrom("weights.safetensors"), needsTorch(data)]),
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
