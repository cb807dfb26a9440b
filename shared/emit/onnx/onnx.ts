import type { Plan, Step } from "../../compile/plan.ts";
import { counted, grouped } from "../figures.ts";
import { notFinite, tooLarge } from "../sound-weights.ts";
import type { FileExport, GivenWeights, Subject } from "../subject.ts";
import { layers } from "./layers.ts";
import { modelFile } from "./messages.ts";
import { createSheet } from "./site.ts";

/** Readers take a model of at most 2 GiB, which is protobuf's limit; a MiB of it is for names and small tables. */
const mostBytes = 2 ** 31 - 2 ** 20;

/**
 * An ONNX model (IR version 8, opset 17) for inference. Its input is as the design has it, images [N, height, width,
 * channels], and so is its output, [N, classes] in class order: probabilities where the design ends in a softmax. Within
 * it images are [N, channels, height, width]. Operators, what they give and arrays are named after the nodes: the last
 * operator of a layer `conv_1`, those before it `conv_1.sums`, arrays `conv_1/kernel`. Its metadata tell the layers. Several inputs of a design are one,
 * as in training. Refuses, with a sentence, weights that are not finite and designs that are larger than 2 GiB.
 * The plan must be ready and the weights fit.
 */
export function onnx({ title, plan, recipe }: Subject, { weights, trained }: GivenWeights): FileExport {
  const refused = tooLargeForOnnx(plan) ?? notFinite(plan, weights);
  if (refused) return { refused };
  const { output } = plan;
  const entrance = plan.steps.find((it) => it.kind.family === "input");
  if (!entrance || !output) throw new Error("The design has no input or no output.");
  const sheet = createSheet(plan, weights, entrance);
  for (const step of plan.steps) {
    const site = sheet.siteOf(step);
    const { kind } = step.node;
    if (kind !== "input") layers[kind](site);
    // Every input of a design is given the same examples.
    else if (step !== entrance) site.add("Identity", [entrance.node.id], site.result("last"));
  }
  const outputName = sheet.given(output);
  const { parameters, macs } = plan.totals;
  const origin = trained
    ? "The weights are trained."
    : `The weights are untrained: those that seed ${recipe.seed} starts with.`;
  const bytes = modelFile({
    title,
    words: `${title}: ${counted(plan.steps.length, "layer")}, ${counted(parameters, "parameter")}, ${grouped(macs)} multiply-adds per example. ${origin}`,
    input: { name: entrance.node.id, shape: entrance.output, words: "Examples, channels last." },
    output: { name: outputName, shape: output.output, words: outputWords(output) },
    metadata: { "receptive.layers": JSON.stringify(layersOf(plan)) },
    contents: sheet.contents(),
  });
  return { bytes };
}

/** Kinds and settings by id, for whoever reads the model back: operators cannot tell all of them, such as a dropout's rate. */
const layersOf = ({ steps }: Plan) =>
  Object.fromEntries(steps.map(({ node: { id, kind, values } }) => [id, { kind, values }]));

function outputWords({ values, output }: Step): string {
  if (output.length > 1) return "Channels last.";
  return values.activation === "softmax" || values.function === "softmax"
    ? "Probabilities, in class order."
    : "One value per class, in class order.";
}

/** Why the design is too large for an ONNX file, in a sentence. */
export const tooLargeForOnnx = (plan: Plan): string | undefined => tooLarge(plan, "An ONNX file", mostBytes);
