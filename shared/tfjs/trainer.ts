import * as tf from "@tensorflow/tfjs-core";
import type { Examples } from "../train/dataset.ts";
import type { Recipe } from "../train/recipe.ts";
import type { Network } from "./build.ts";
import { compiledTrainer } from "./compiled/trainer.ts";
import { inputShape } from "./evaluate.ts";
import { pick } from "./examples.ts";
import type { Meter } from "./loss.ts";
import { optimizerFor, settingsOf } from "./optimizer.ts";
import { forward } from "./step.ts";

/** Changes a network's weights, batch by batch. */
export interface Trainer {
  /** compiled: kernels in a fixed order; tape: tfjs records every step and goes back over it. Both give one result. */
  readonly path: "compiled" | "tape";
  /** One step of training on the chosen examples; the network's meter is told of the loss. */
  step(examples: Examples, chosen: Uint32Array): void;
  dispose(): void;
}

/** The fastest trainer that the current backend has for this network. `path` asks for the tape where both work. */
export const createTrainer = (
  network: Network,
  meter: Meter,
  optimizer: Recipe["optimizer"],
  path: Trainer["path"] = "compiled",
): Trainer =>
  (path === "compiled" ? compiledTrainer(network, meter, settingsOf(optimizer)) : undefined) ??
  tapeTrainer(network, meter, optimizer);

/** Trains any network on any backend. */
function tapeTrainer(network: Network, meter: Meter, recipe: Recipe["optimizer"]): Trainer {
  const optimizer = optimizerFor(recipe);
  const shape = inputShape(network);
  return {
    path: "tape",
    step(examples, chosen) {
      network.moment.step++;
      tf.tidy(() => {
        const { images, labels } = pick(examples, shape, chosen);
        const loss = (): tf.Scalar => meter.loss(forward(network, images, true), labels);
        // With everything frozen only batch norm's averages move.
        if (!network.trainable.length) loss();
        else optimizer.applyGradients(tf.variableGrads(loss, [...network.trainable]).grads);
      });
    },
    dispose: () => optimizer.dispose(),
  };
}
