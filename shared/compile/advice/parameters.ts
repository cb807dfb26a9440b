import { shown } from "../../nodes/expression.ts";
import { isImage, volume } from "../../nodes/shape.ts";
import type { Step } from "../plan.ts";
import { exchanged, insert } from "../repairs/edits.ts";
import { smallerRepairs } from "../repairs/smaller.ts";
import { backOver, defineRule, type Reading } from "./rule.ts";

/** Fewer parameters than these are no burden, wherever they sit. */
const many = 100_000;

export const heavyDense = defineRule({
  code: "heavy-dense",
  why: "So many weights learn slowly and tend to learn the training images by heart. Convolutions share theirs: let them and pooling make the maps small before they are flattened.",
  find(reading) {
    const { plan } = reading;
    const convolved = convolvedSteps(plan.steps);
    return plan.steps.flatMap((dense) => {
      const { parameters, kind, node, inputs, output } = dense;
      if (kind.name !== "dense" || parameters < many || 2 * parameters < plan.totals.parameters) return [];
      const flat = backOver(reading, dense, keepsValues);
      const image = flat?.inputs[0];
      if (!flat || !image || !isImage(image) || !convolved.has(flat.node.id)) return [];
      const wire = reading.graph.wires.find((it) => it.to === flat.node.id);
      const share = Math.floor((1000 * parameters) / plan.totals.parameters) / 10;
      return [
        {
          nodes: [node.id, flat.node.id],
          message: `${node.id} holds ${shown(parameters)} of the ${shown(plan.totals.parameters)} parameters, ${share} %: one for each of ${shown(volume(inputs[0] ?? []))} inputs and ${shown(output[0])} units.`,
          candidates: () => [
            ...(wire
              ? [
                  [2, 3, 4, 6, 8].map((size) =>
                    insert(
                      [[wire, [["maxPool2d", { size }]]]],
                      `Insert Max Pool ${size}×${size} before ${flat.node.id}`,
                    ),
                  ),
                ]
              : []),
            {
              title: "Global Average Pool instead of Flatten",
              apply: (graph) => exchanged(graph, flat.node.id, "globalAvgPool2d"),
            },
            ...smallerRepairs(dense),
          ],
        },
      ];
    });
  },
});

/** Layers between a flatten and the dense layer that leave the number of values as it is. */
const keepsValues = ({ kind, inputs, output }: Step): boolean =>
  kind.takes === "any" && kind.name !== "flatten" && inputs[0]?.length === output.length;

/** Steps with a convolution somewhere before them. */
function convolvedSteps(steps: Reading["plan"]["steps"]): ReadonlySet<string> {
  const ids = new Set<string>();
  const kinds = new Map(steps.map((it) => [it.node.id, it.kind.family]));
  for (const { node, sources } of steps)
    if (sources.some((it) => ids.has(it) || kinds.get(it) === "convolve")) ids.add(node.id);
  return ids;
}
