import { type Graph, wiresOutOf } from "../../graph/graph.ts";
import { isImage, isVector, type Shape, sameShape, show } from "../../nodes/shape.ts";
import type { DataShape } from "../../train/dataset.ts";
import type { Repair, Step } from "../plan.ts";
import { waysBetween } from "../repairs/adapt.ts";
import { append, behind, change, insert, type Layer } from "../repairs/edits.ts";
import { type Drawing, type Finding, findingOn, isInput } from "./finding.ts";
import { settingsOf } from "./inputs-differ.ts";

/** Whether the design's inputs and output fit the examples and classes that it is to learn. */
export function dataFindings(
  drawing: Drawing,
  output: Step | undefined,
  data: DataShape,
): readonly Finding[] {
  const inputs = [...drawing.steps.values()].filter((it) => isInput(it.node));
  return [...exampleFindings(inputs, data), ...(output ? outputFindings(drawing, output, data) : [])];
}

function exampleFindings(inputs: readonly Step[], { example }: DataShape): readonly Finding[] {
  const odd = inputs.find((it) => !sameShape(it.output, example));
  if (!odd) return [];
  const ids = inputs.map((it) => it.node.id);
  const set = (graph: Graph): Graph =>
    ids.reduce((changed, id) => change(id, settingsOf(example), "").apply(changed), graph);
  const title = `Set the input to ${isVector(example) ? rowOf(example) : show(example)}`;
  const adapted = (title: string, layers: readonly Layer[]): Repair => ({
    title,
    apply: (graph) => ids.reduce((grown, id) => behind(grown, id, layers), set(graph)),
  });
  return [
    findingOn(
      odd.node,
      "data-image",
      exampleMessage(odd.output, example),
      () => [
        { title, apply: set },
        ...(isImage(example) && isVector(odd.output)
          ? [adapted(`${title} and add Flatten`, [["flatten", {}]])]
          : []),
        ...waysBetween(example, odd.output).map(({ words, layers }) =>
          adapted(`${title} and add ${words}`, layers),
        ),
      ],
      { nodes: ids },
    ),
  ];
}

const rowOf = (example: Shape): string => `${example[0]} value${example[0] === 1 ? "" : "s"}`;

function exampleMessage(output: Shape, example: Shape): string {
  if (isVector(example))
    return isImage(output)
      ? `The input takes images of ${show(output)}, the data is a table with rows of ${rowOf(example)}.`
      : `The input takes ${rowOf(output)}, the table's rows have ${example[0]}.`;
  return isImage(output)
    ? `The input takes ${show(output)}, the images are ${show(example)}.`
    : `The input takes ${rowOf(output)} of a table, the data are images of ${show(example)}. Use an image input and Flatten behind it.`;
}

function outputFindings(drawing: Drawing, output: Step, { classes }: DataShape): readonly Finding[] {
  const { node } = output;
  const decide = ["dense", { units: classes, activation: "softmax" }] as const;
  if (isImage(output.output))
    return [
      findingOn(
        node,
        "output-rank",
        `The output is an image, ${show(output.output)}; telling ${classes} classes apart needs a vector of ${classes}.`,
        () => [
          append(node.id, [["flatten", {}], decide], `Add Flatten and Dense → ${classes}`),
          append(
            node.id,
            [["globalAvgPool2d", {}], decide],
            `Add Global Average Pool and Dense → ${classes}`,
          ),
        ],
      ),
    ];
  if (output.output[0] === classes) return [];
  const chooser = choosing(drawing, output);
  return [
    findingOn(
      node,
      "data-classes",
      `The output gives ${rowOf(output.output)}, the data has ${classes} classes.`,
      () => [...(chooser ? [chooser(classes)] : []), decisionFor(drawing, output, classes)],
      { nodes: [node.id] },
    ),
  ];
}

/** The change of the layer that the output's length comes from: itself, or before layers that keep it. */
function choosing({ graph, steps }: Drawing, output: Step): ((classes: number) => Repair) | undefined {
  let at = output;
  for (;;) {
    const setting =
      "units" in at.kind.settings ? "units" : "filters" in at.kind.settings ? "filters" : undefined;
    const { id } = at.node;
    if (setting)
      return (classes) =>
        change(id, { [setting]: classes }, `Set ${setting}${at === output ? "" : ` of ${id}`} to ${classes}`);
    const before = steps.get(at.sources[0] ?? "");
    const keeps = at.inputs[0]?.at(-1) === at.output.at(-1);
    if (!before || at.sources.length !== 1 || !keeps || wiresOutOf(graph, before.node.id).length !== 1)
      return undefined;
    at = before;
  }
}

/** A dense layer behind the output; before it where the output only applies a function. */
function decisionFor({ graph }: Drawing, { node }: Step, classes: number): Repair {
  const wire = graph.wires.find((it) => it.to === node.id);
  if (node.kind === "activation" && wire)
    return insert(
      [[wire, [["dense", { units: classes, activation: "linear" }]]]],
      `Insert Dense → ${classes}`,
    );
  return append(node.id, [["dense", { units: classes, activation: "softmax" }]], `Add Dense → ${classes}`);
}
