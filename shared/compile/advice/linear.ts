import { volume } from "../../nodes/shape.ts";
import type { Step } from "../plan.ts";
import { behind, change } from "../repairs/edits.ts";
import { defineRule, type Found, functionOf, type Reading, sums } from "./rule.ts";

/** Layers that only move, average, scale or drop values: behind a sum the result is a sum still. */
const straight: ReadonlySet<string> = new Set([
  "flatten",
  "reshape",
  "dropout",
  "spatialDropout2d",
  "gaussianNoise",
  "avgPool2d",
  "globalAvgPool2d",
  "zeroPad2d",
  "crop2d",
  "upsample2d",
  "shufflePixels",
  "rescale",
  "batchNorm",
]);

export const stackedLinear = defineRule({
  code: "stacked-linear",
  why: "A weighted sum of weighted sums is again one weighted sum, so two such layers can do no more than one. A function like ReLU in between is what makes depth worth it.",
  find: (reading) =>
    reading.plan.steps.flatMap((first): readonly Found[] => {
      if (!isPlainSum(first)) return [];
      const { second, norm } = nextSum(reading, first);
      if (!second || !learns(second) || isNarrow(first, second)) return [];
      const { id } = first.node;
      return [
        {
          nodes: [id, second.node.id],
          message: `${id} applies no function to its sums, and ${second.node.id} sums them again.`,
          candidates: () => [
            ...(norm
              ? [
                  {
                    title: `Insert Activation relu behind ${norm.node.id}`,
                    apply: (graph: Reading["graph"]) =>
                      behind(graph, norm.node.id, [["activation", { function: "relu" }]]),
                  },
                ]
              : []),
            change(id, { activation: "relu" }, `Set activation of ${id} to relu`),
          ],
        },
      ];
    }),
});

/** Depthwise kernels are one half of a separable convolution, which is meant to be split. */
const isPlainSum = (step: Step): boolean =>
  sums(step) && learns(step) && functionOf(step) === "linear" && step.kind.name !== "depthwiseConv2d";

/** Kernels that are given or frozen are there for what they are. */
const learns = ({ weights }: Step): boolean =>
  weights.some((it) => it.role === "learned" && it.initial === "glorotUniform");

/** A narrow layer between two wide ones has fewer weights than one wide layer would: a bottleneck, as meant. */
function isNarrow(first: Step, second: Step): boolean {
  const width = (shape: readonly number[] | undefined): number => shape?.at(-1) ?? 0;
  const middle = first.output.length === 1 ? volume(first.output) : width(first.output);
  return middle < width(first.inputs[0]) && middle < width(second.output);
}

/** The sum that a layer's values go into, and into nothing else; `norm` is a batch norm on the way. */
function nextSum({ readers }: Reading, first: Step): { readonly second?: Step; readonly norm?: Step } {
  let norm: Step | undefined;
  let at: Step | undefined = first;
  for (;;) {
    const all: readonly Step[] = at ? readers(at) : [];
    const next: Step | undefined = all.length === 1 ? all[0] : undefined;
    if (!next) return {};
    if (sums(next)) return { second: next, ...(norm ? { norm } : {}) };
    if (!straight.has(next.kind.name)) return {};
    if (next.kind.name === "batchNorm") norm = next;
    at = next;
  }
}
