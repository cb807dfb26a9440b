import type { Plan } from "../../compile/plan.ts";
import { counted, grouped } from "../figures.ts";
import { notFinite } from "../sound-weights.ts";
import type { FileExport, GivenWeights, Subject } from "../subject.ts";
import { layers } from "./layers.ts";
import { modelFile } from "./model-file.ts";
import { tooLargeForTflite } from "./refusal.ts";
import { batched, createSheet, reshaped } from "./site.ts";

/**
 * A TFLite model of float32 numbers for inference with LiteRT. Its input is as the design has it, [N, height, width,
 * channels], and so is its output, [N, classes] in class order: probabilities where the design ends in a softmax. Written
 * for one example; readers that resize the input's first axis take any number, unless there is a transposed convolution. Tensors are named after the nodes:
 * what a layer gives `conv_1`, what it works out before `conv_1.sums`, arrays `conv_1/kernel`. Layers that do nothing
 * outside training are left out. Several inputs of a design are one, as in training. Refuses, with a sentence, weights that
 * are not finite and designs that are larger than 2 GiB. The plan must be ready and the weights fit.
 */
export function tflite({ title, plan, recipe }: Subject, { weights, trained }: GivenWeights): FileExport {
  const refused = tooLargeForTflite(plan) ?? notFinite(plan, weights);
  if (refused) return { refused };
  const [entrance] = plan.steps;
  const { output } = plan;
  if (!entrance || !output) throw new Error("The design has no input or no output.");
  const sheet = createSheet(weights);
  const input = sheet.enter({ name: entrance.node.id, shape: batched(entrance.output) });
  for (const step of plan.steps) {
    const { kind } = step.node;
    // Every input of a design is given the same examples.
    sheet.settle(step, kind === "input" ? input : layers[kind](sheet.siteOf(step)));
  }
  let result = sheet.given(output);
  // A model must give something that it worked out, under the name of its last layer.
  if (sheet.tensors[result]?.name !== output.node.id) {
    const site = sheet.siteOf(output);
    result = reshaped(site, result, site.result);
  }
  const { tensors, operations } = sheet;
  return {
    bytes: modelFile({
      title,
      words: wordsOf(title, plan, trained, recipe.seed),
      tensors,
      operations,
      input,
      output: result,
    }),
  };
}

function wordsOf(title: string, { steps, totals }: Plan, trained: boolean, seed: number): string {
  const origin = trained
    ? "The weights are trained."
    : `The weights are untrained: those that seed ${seed} starts with.`;
  return `${title}: ${counted(steps.length, "layer")}, ${counted(totals.parameters, "parameter")}, ${grouped(totals.macs)} multiply-adds per example. ${origin}`;
}
