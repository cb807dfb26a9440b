import { setValues } from "../../graph/edits.ts";
import { isVector, sameShape, show } from "../../nodes/shape.ts";
import type { DataShape } from "../../train/dataset.ts";
import type { Problem, Repair, Step } from "../plan.ts";
import { appendLayers } from "../repairs.ts";

/** Whether the design's input and output fit the images and classes that it is to learn. */
export function dataProblems(
  steps: readonly Step[],
  output: Step | undefined,
  data: DataShape,
): readonly Problem[] {
  const input = steps.find((it) => it.kind.family === "input");
  return [...(input ? imageProblem(input, data) : []), ...(output ? classProblem(output, data) : [])];
}

function imageProblem({ node, output }: Step, { image }: DataShape): readonly Problem[] {
  if (sameShape(output, image)) return [];
  const [height, width, channels] = image;
  return [
    {
      code: "data-image",
      severity: "error",
      node: node.id,
      message: `The input takes ${show(output)}, the images are ${show(image)}.`,
      repairs: [
        {
          title: `Set the input to ${show(image)}`,
          apply: (graph) => setValues(graph, node.id, { height, width, channels, shape: undefined }),
        },
      ],
    },
  ];
}

function classProblem(output: Step, { classes }: DataShape): readonly Problem[] {
  const { node, kind } = output;
  if (isVector(output.output)) {
    if (output.output[0] === classes) return [];
    const repair: Repair =
      "units" in kind.settings
        ? {
            title: `Set units to ${classes}`,
            apply: (graph) => setValues(graph, node.id, { units: classes }),
          }
        : appendLayers(
            node.id,
            [["dense", { units: classes, activation: "softmax" }]],
            `Add Dense → ${classes}`,
          );
    return [
      {
        code: "data-classes",
        severity: "error",
        node: node.id,
        message: `The output gives ${output.output[0]} values, the data has ${classes} classes.`,
        repairs: [repair],
      },
    ];
  }
  const dense = ["dense", { units: classes, activation: "softmax" }] as const;
  return [
    {
      code: "output-rank",
      severity: "error",
      node: node.id,
      message: `The output is an image, ${show(output.output)}; telling ${classes} classes apart needs a vector of ${classes}.`,
      repairs: [
        appendLayers(node.id, [["flatten", {}], dense], `Add Flatten and Dense → ${classes}`),
        appendLayers(
          node.id,
          [["globalAvgPool2d", {}], dense],
          `Add Global Average Pool and Dense → ${classes}`,
        ),
      ],
    },
  ];
}
