import { insertOnWire, reconnect, setValues } from "../../graph/edits.ts";
import type { Graph } from "../../graph/graph.ts";
import { isImage, isVector, type Shape, sameShape, show } from "../../nodes/shape.ts";
import type { DataShape } from "../../train/dataset.ts";
import type { Problem, Repair, Step } from "../plan.ts";
import { appendLayers } from "../repairs.ts";

/** Whether the design's input and output fit the examples and classes that it is to learn. */
export function dataProblems(
  steps: readonly Step[],
  output: Step | undefined,
  data: DataShape,
): readonly Problem[] {
  const input = steps.find((it) => it.kind.family === "input");
  return [...(input ? exampleProblem(input, data) : []), ...(output ? classProblem(output, data) : [])];
}

function exampleProblem({ node, output }: Step, { example }: DataShape): readonly Problem[] {
  if (sameShape(output, example)) return [];
  const values = `${example[0]} value${example[0] === 1 ? "" : "s"}`;
  const message = isImage(example)
    ? isImage(output)
      ? `The input takes ${show(output)}, the images are ${show(example)}.`
      : `The input takes ${show(output)} values of a table, the data are images of ${show(example)}. Use an image input and Flatten behind it.`
    : isImage(output)
      ? `The input takes images of ${show(output)}, the data is a table with rows of ${values}.`
      : `The input takes ${show(output)} values, the table's rows have ${example[0]}.`;
  const title = isVector(example)
    ? `Set the input to ${values}`
    : `Set the input to ${show(example)}${isVector(output) ? " and add Flatten" : ""}`;
  const apply = (graph: Graph): Graph => {
    const set = setInput(graph, node.id, example);
    return isImage(example) && isVector(output) ? flattenBehind(set, node.id) : set;
  };
  return [{ code: "data-image", severity: "error", node: node.id, message, repairs: [{ title, apply }] }];
}

function setInput(graph: Graph, id: string, example: Shape): Graph {
  if (isVector(example))
    return setValues(graph, id, {
      height: undefined,
      width: undefined,
      channels: undefined,
      shape: [...example],
    });
  const [height, width, channels] = example;
  return setValues(graph, id, { height, width, channels, shape: undefined });
}

/** What stood behind the input was built for a vector: one Flatten gives it one. */
function flattenBehind(graph: Graph, id: string): Graph {
  const [first, ...others] = graph.wires.filter((it) => it.from === id);
  if (!first) return graph;
  const flat = insertOnWire(graph, first, "flatten", {});
  return others.reduce((it, wire) => reconnect(it, wire, flat.id, wire.to, wire.slot), flat.graph);
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
