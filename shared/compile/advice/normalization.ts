import { removeNodes } from "../../graph/edits.ts";
import { shown } from "../../nodes/expression.ts";
import { volume } from "../../nodes/shape.ts";
import type { Step } from "../plan.ts";
import { append, behind, change, remove } from "../repairs/edits.ts";
import { defineRule, type Found, functionOf, isRandom, type Reading, sums } from "./rule.ts";

/** Batch norm that works with the batch's own mean: a frozen one does not. */
const isBatchNorm = ({ kind, values }: Step): boolean =>
  kind.name === "batchNorm" && values.trainable === true;

export const biasBeforeBatchNorm = defineRule({
  code: "bias-before-batch-norm",
  why: "Batch norm subtracts each channel's mean, and a bias is part of that mean: whatever it is, it vanishes. Batch norm's own shift takes its place.",
  find: ({ plan, readers }) =>
    plan.steps.flatMap((step): readonly Found[] => {
      const { node, values, kind, weights } = step;
      // A locally connected layer has a bias at every position, and the mean takes out only what all positions share.
      if (!sums(step) || kind.name === "locallyConnected2d") return [];
      if (values.bias !== true || functionOf(step) !== "linear" || values.trainable !== true) return [];
      const next = readers(step);
      const [norm] = next;
      if (!norm || !next.every(isBatchNorm)) return [];
      const count = volume(weights.find((it) => it.name === "bias")?.shape ?? []);
      return [
        {
          nodes: [node.id, norm.node.id],
          message: `${node.id} adds ${shown(count)} bias${count === 1 ? "" : "es"}, and ${norm.node.id} takes ${count === 1 ? "it" : "them"} out again with the mean.`,
          candidates: () => [change(node.id, { bias: false }, `Switch off the bias of ${node.id}`)],
        },
      ];
    }),
});

export const dropoutBeforeBatchNorm = defineRule({
  code: "dropout-before-batch-norm",
  why: "Dropout makes values vary more in training than afterwards. Batch norm remembers the training's variance, and so scales wrongly once dropout is off (Li et al. 2019).",
  find: (reading) =>
    reading.plan.steps.filter(isBatchNorm).flatMap((norm): readonly Found[] => {
      const random = randomBefore(reading, norm);
      if (!random) return [];
      const { node } = random;
      const layer = [node.kind, node.values] as const;
      return [
        {
          nodes: [node.id, norm.node.id],
          message: `${node.id} drops values before ${norm.node.id} measures their variance.`,
          candidates: () => [
            {
              title: `Move it behind ${norm.node.id}`,
              apply: (graph) => {
                const without = removeNodes(graph, [node.id]);
                const isEnd = !without.wires.some((it) => it.from === norm.node.id);
                return isEnd
                  ? append(norm.node.id, [layer], "").apply(without)
                  : behind(without, norm.node.id, [layer]);
              },
            },
            remove(node.id),
          ],
        },
      ];
    }),
});

/** Dropout before a layer, with nothing that learns in between. */
function randomBefore({ before }: Reading, step: Step): Step | undefined {
  let at = before(step);
  while (at && !isRandom(at) && at.weights.length === 0) at = before(at);
  return at && isRandom(at) && at.kind.name !== "gaussianNoise" ? at : undefined;
}
