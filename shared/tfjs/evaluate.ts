import * as tf from "@tensorflow/tfjs-core";
import type { Shape } from "../nodes/shape.ts";
import type { Score } from "../protocol/training.ts";
import type { Examples } from "../train/dataset.ts";
import { andMeasured, meanOf, measure, nothingMeasured } from "../train/metrics.ts";
import type { Network } from "./build.ts";
import { range } from "./examples.ts";
import { forward } from "./step.ts";

// Enough images to keep every core busy, few enough to answer a stop in time. Fixed, since sums depend on it.
const atOnce = 64;

/**
 * Loss and accuracy of the examples `from` to `to` − 1, with dropout off and batch norm by its averages. `rest` is
 * asked after every pass; undefined when it says false.
 */
export async function evaluate(
  network: Network,
  examples: Examples,
  { from, to }: { readonly from: number; readonly to: number },
  rest: () => Promise<boolean>,
): Promise<Score | undefined> {
  let running = nothingMeasured;
  const shape = inputShape(network);
  for (let start = from; start < to; start += atOnce) {
    const end = Math.min(start + atOnce, to);
    const labels = examples.labels.subarray(start, end);
    const logits = tf.tidy(() => forward(network, range(examples, shape, start, end).images, false));
    const values = await logits.data<"float32">();
    logits.dispose();
    running = andMeasured(running, labels.length, measure(values, labels));
    if (!(await rest())) return undefined;
  }
  return meanOf(running);
}

/** Shape of what enters the network. */
export const inputShape = (network: Network): Shape => {
  const entrance = network.plan.steps.find((it) => it.kind.family === "input");
  if (!entrance) throw new Error("The design has no input.");
  return entrance.output;
};
