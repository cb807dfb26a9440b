import { derivationsOf } from "../../shared/compile/derivations.ts";
import { type DesignDerivation, designDerivations } from "../../shared/compile/design-derivations.ts";
import { optimizerSlots } from "../../shared/compile/memory.ts";
import type { Plan } from "../../shared/compile/plan.ts";
import { show } from "../../shared/nodes/shape.ts";
import type { Recipe } from "../../shared/train/recipe.ts";
import type { Explanation } from "./explained.ts";

export type DesignQuantity = DesignDerivation["quantity"];

/** What a number of a whole design is, for people who meet the term for the first time. */
export const designNotes: Readonly<Record<DesignQuantity | "receptiveField", string>> = {
  parameters: "All numbers stored with the layers.",
  trainable: "The parameters that learn by gradient.",
  macs: "For one image, in convolutions and dense layers: products that are summed up.",
  additions: "For one image, outside of the multiply-adds: biases, means, joins.",
  comparisons: "For one image: maxima and ReLU.",
  activationBytes: "Memory of all layers' outputs for one image, 4 bytes a number.",
  inferencePeak:
    "The most memory needed at one time to run a batch: weights, and the outputs that are still to be read.",
  trainingPeak:
    "The most memory needed at one time in a training step: weights, all outputs, gradients, and the optimizer's numbers.",
  depth: "Layers on the longest path from the input to the output.",
  receptiveField: "Receptive field: pixels of the input that one value of the last feature map depends on.",
};

/** Where a total of a design comes from. Batch and optimizer decide the peaks. */
export function explainDesign(
  plan: Plan,
  quantity: DesignQuantity,
  { batch, optimizer }: Pick<Recipe, "batch" | "optimizer">,
): Explanation | undefined {
  const found = designDerivations(plan, batch, optimizerSlots[optimizer.name]).find(
    (it) => it.quantity === quantity,
  );
  return found && { ...found, note: designNotes[quantity] };
}

/** What one value of the last feature map sees, with the derivation of the layer that sees most. */
export function explainSight(plan: Plan): Explanation {
  const { receptiveField } = plan.totals;
  const widest = plan.steps.find((it) => show(it.receptiveField) === show(receptiveField));
  const derivation =
    widest && derivationsOf(plan, widest.node.id, 1).find((it) => it.quantity === "receptiveField");
  return {
    title: widest ? `Sees, at ${widest.node.id}` : "Sees",
    // A vector's derivation counts values.
    value: derivation?.value ?? `${show(receptiveField)} pixels`,
    note: designNotes.receptiveField,
    lines: derivation?.lines ?? [],
  };
}
