import type { Plan } from "../compile/plan.ts";
import type { KindName } from "../nodes/index.ts";
import * as classes from "./flax/classes.ts";
import { flaxData } from "./flax/data.ts";
import { networkClass } from "./flax/network.ts";
import * as training from "./flax/training.ts";
import { endsInSoftmax, inputShape, introduction, startsFrom } from "./keras-program.ts";
import { commented } from "./python/comments.ts";
import { ordered } from "./python/imports.ts";
import { sectioned } from "./python/sectioned.ts";
import { pythonPermutation } from "./python/shuffle-pixels.ts";
import type { Subject } from "./subject.ts";

/**
 * A program for JAX with Flax NNX 0.12 (flax.readthedocs.io) and optax: loads data, builds the plan as an `nnx.Module` with
 * the nodes' ids as attributes, takes the weights of `weights.safetensors` when that lies beside it, trains with the
 * recipe and measures on the test set. A last softmax stands in the loss, so the network gives logits.
 */
export function flax(subject: Subject): string {
  const { plan, recipe, data } = subject;
  const softmax = endsInSoftmax(plan);
  const { standardImports, lines } = flaxData(data, inputShape(plan));
  const learns = plan.totals.trainable > 0;
  const body = [
    lines,
    ...definitions(plan, data.source === "table"),
    networkClass(plan),
    training.readSafetensors,
    training.load(plan),
    [`model = Network(nnx.Rngs(${recipe.seed}))`, ...(learns ? training.optimizerLines(plan, recipe) : [])],
    training.lossOf(softmax),
    ...(learns ? [training.trainStep(plan)] : []),
    training.evaluate(recipe),
    training.loading,
    learns ? training.trainingLoop(recipe) : ["# Nothing here learns: no layer has weights that may change."],
    training.testing,
  ];
  const text = body.flat().join("\n");
  return sectioned([
    commented([
      ...introduction(subject),
      "",
      startsFrom("weights.safetensors"),
      "Needs JAX, Flax and optax: pip install jax flax optax",
    ]),
    ordered([...standardImports, "import json", "from functools import reduce", "from pathlib import Path"]),
    ordered([
      ...(/\bjax\./.test(text) ? ["import jax"] : []),
      "import jax.numpy as jnp",
      "import numpy as np",
      "import optax",
      "from flax import nnx",
    ]),
    ...body,
  ]);
}

/** What Flax lacks and this plan uses; a table's own code brings the permutation already. */
function definitions(plan: Plan, hasPermutation: boolean): readonly (readonly string[])[] {
  const has = (...wanted: readonly KindName[]): boolean =>
    plan.steps.some(({ node }) => wanted.some((it) => it === node.kind));
  const starts = has("conv2d", "conv2dTranspose", "dense", "separableConv2d");
  return [
    ...(starts ? [["glorot = nnx.initializers.glorot_uniform()"]] : []),
    ...(has("depthwiseConv2d", "separableConv2d") ? [classes.glorotByChannel] : []),
    ...(plan.steps.some(({ weights: [it] }) => typeof it?.initial === "object") ? [classes.stencil] : []),
    ...(has("separableConv2d") ? [classes.separableConv] : []),
    ...(has("locallyConnected2d") ? [classes.locallyConnected] : []),
    ...(has("shufflePixels") ? [...(hasPermutation ? [] : [pythonPermutation]), classes.shufflePixels] : []),
    ...(has("gaussianNoise") ? [classes.gaussianNoise] : []),
  ];
}
