import type { Plan } from "../compile/plan.ts";
import type { KindName } from "../nodes/index.ts";
import { endsInSoftmax, inputShape, introduction } from "./keras-program.ts";
import { commented } from "./python/comments.ts";
import { ordered } from "./python/imports.ts";
import { sectioned } from "./python/sectioned.ts";
import * as checkpoints from "./pytorch/checkpoints.ts";
import * as classes from "./pytorch/classes.ts";
import { needsTorch, torchData } from "./pytorch/data.ts";
import { definitions, needsPairs } from "./pytorch/definitions.ts";
import * as distributed from "./pytorch/distributed.ts";
import { networkClass } from "./pytorch/network.ts";
import { lossLines, optimizerLine } from "./pytorch/training.ts";
import type { Subject } from "./subject.ts";

/**
 * The program of `pytorch` for torchrun (pytorch.org/docs/stable/elastic/run.html): the same network, recipe and names of
 * weights, trained by several processes with `DistributedDataParallel` over gloo on CPUs and nccl on GPUs. The recipe's batch is
 * shared by the processes, and each may take its share in parts (`--accumulate`). After every epoch the first process
 * writes the weights and the optimizer's state as safetensors, from which a broken run goes on as if it had not been broken.
 */
export function trainDdp(subject: Subject): string {
  const { title, plan, recipe, data } = subject;
  const { standardImports, lines } = torchData(data, inputShape(plan));
  const learns = plan.totals.trainable > 0;
  const averages = has(plan, "batchNorm");
  const stopsEarly = recipe.earlyStopping.on;
  const body = [
    distributed.commandLine(title, recipe),
    distributed.joining,
    data.source === "digits" ? distributed.oneAfterTheOther(lines) : lines,
    ...definitions(plan, data.source === "table"),
    networkClass(plan),
    classes.readSafetensors,
    ...(learns ? [checkpoints.writeSafetensors] : []),
    [
      `torch.manual_seed(${recipe.seed})`,
      "network = Network().to(device)",
      ...(averages && learns ? distributed.oneNorm : []),
      "say(network)",
    ],
    distributed.shares(recipe, learns),
    lossLines(endsInSoftmax(plan)),
    distributed.evaluateTogether(averages),
    distributed.fromFirst,
    ...(learns ? [[...distributed.model, optimizerLine(recipe)], checkpoints.checkpoints(stopsEarly)] : []),
    checkpoints.starting(learns),
    ...(learns
      ? [
          distributed.learn(needsPairs(plan)),
          distributed.trainTogether(recipe, has(plan, "dropout", "spatialDropout2d", "gaussianNoise")),
        ]
      : [["# Nothing here learns: no layer has weights that may change."]]),
    distributed.ending,
    ...(learns ? [checkpoints.keeping] : []),
    ["dist.destroy_process_group()"],
  ];
  const text = body.flat().join("\n");
  return sectioned([
    commented([
      ...introduction(subject),
      "",
      "Trains in several processes at once, on the CPU or on one GPU each:",
      "    torchrun --nproc_per_node=2 PROGRAM.py",
      ...(learns
        ? ["It goes on from its last checkpoint. Where there is none, it takes the weights of"]
        : []),
      ...(learns
        ? ["weights.safetensors if that lies beside it, else fresh ones."]
        : ["It takes the weights of weights.safetensors if that lies beside it, else fresh ones."]),
      "",
      needsTorch(data),
    ]),
    ordered([
      ...standardImports,
      "import argparse",
      "import json",
      "import os",
      "from pathlib import Path",
      ...(learns ? ["from contextlib import nullcontext"] : []),
      ...(/\bmath\./.test(text) ? ["import math"] : []),
    ]),
    ordered([
      "import numpy as np",
      "import torch",
      "import torch.distributed as dist",
      ...(/\bF\./.test(text) ? ["import torch.nn.functional as F"] : []),
      "from torch import nn",
      ...(learns ? ["from torch.nn.parallel import DistributedDataParallel"] : []),
      "from torch.utils.data import DataLoader, Subset, TensorDataset",
      ...(learns ? ["from torch.utils.data.distributed import DistributedSampler"] : []),
      ...(data.source === "digits" ? ["from torchvision import datasets"] : []),
    ]),
    ...body,
  ]);
}

const has = (plan: Plan, ...wanted: readonly KindName[]): boolean =>
  plan.steps.some(({ node }) => wanted.some((it) => it === node.kind));
