import { isImage } from "../../nodes/shape.ts";
import type { Step } from "../plan.ts";
import { isInput } from "../problems/finding.ts";
import { behind, remove } from "../repairs/edits.ts";
import { defineRule, type Found, type Reading, sums } from "./rule.ts";

const inputsOf = ({ plan }: Reading): readonly Step[] => plan.steps.filter((it) => isInput(it.node));

const isScaled = ({ facts }: Reading): boolean => facts.scaled ?? true;

export const scaledTwice = defineRule({
  code: "scaled-twice",
  why: "The pixels come as numbers from 0 to 1. Divided by 255 once more they are so small that the first layer's weights would have to become huge to see anything.",
  find: (reading) =>
    inputsOf(reading)
      .filter(({ output }) => isScaled(reading) && isImage(output))
      .flatMap((input) => reading.readers(input))
      .filter(({ kind, values }) => kind.name === "rescale" && Math.abs(Number(values.scale)) <= 1 / 64)
      .map(({ node, values }): Found => {
        const scale = Number(values.scale);
        const most = Number((scale + Number(values.offset)).toPrecision(2));
        return {
          nodes: [node.id],
          message: `${node.id} multiplies by ${Number(scale.toPrecision(2))}, but what enters is 0 to 1 already: it becomes ${values.offset} to ${most}.`,
          candidates: () => [remove(node.id)],
        };
      }),
});

/** Layers behind which values are of the order of 1. */
const scales: ReadonlySet<string> = new Set(["batchNorm", "layerNorm", "rescale"]);

export const unscaledInput = defineRule({
  code: "unscaled-input",
  why: "A column in thousands drowns one in hundredths, and no learning rate suits both. Batch norm brings every column, or colour, to mean 0 and variance 1.",
  find: (reading) =>
    inputsOf(reading)
      .filter(() => !isScaled(reading))
      .flatMap((input): readonly Found[] => {
        const { id } = input.node;
        const first = firstSum(reading, input);
        if (!first) return [];
        return [
          {
            nodes: [id, first.node.id],
            message: `${id} takes ${isImage(input.output) ? "pixels" : `${input.output[0]} columns`} as they are in the file, and nothing brings them to one scale before ${first.node.id}.`,
            candidates: () => [
              {
                title: `Insert Batch Norm behind ${id}`,
                apply: (graph) => behind(graph, id, [["batchNorm", {}]]),
              },
            ],
          },
        ];
      }),
});

/** A layer with weights that values reach without having been scaled. */
function firstSum({ readers }: Reading, input: Step): Step | undefined {
  const open = [input];
  const met = new Set(open);
  for (let at = open.pop(); at; at = open.pop())
    for (const it of readers(at)) {
      if (sums(it)) return it;
      if (!met.has(it) && !scales.has(it.kind.name)) open.push(it);
      met.add(it);
    }
  return undefined;
}

export const unusedOutput = defineRule({
  code: "unused-output",
  why: "What nobody reads has no part in the result: it costs time and tells nothing.",
  find: (reading) =>
    inputsOf(reading)
      .filter((it) => reading.readers(it).length === 0)
      .map(
        ({ node }): Found => ({
          nodes: [node.id],
          message: `Nothing reads what ${node.id} gives.`,
          candidates: () => [remove(node.id)],
        }),
      ),
});
