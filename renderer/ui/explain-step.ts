import { type Derivation, derivationsOf, type Quantity } from "../../shared/compile/derivations.ts";
import type { Plan } from "../../shared/compile/plan.ts";
import type { Explanation } from "./explained.ts";

/** What a number of a layer is, for people who meet the term for the first time. */
const notes: Readonly<Record<Quantity, string>> = {
  output: "What the layer hands on for one image.",
  parameters: "All numbers stored with the layer.",
  trainable: "The part that learns by gradient.",
  frozen: "Weights that training leaves as they are.",
  states: "Averages over batches: stored, but not learned by gradient.",
  macs: "Products that are summed up, for one image; those with zeros of the padding count too.",
  additions: "Sums of two numbers for one image, outside of the multiply-adds.",
  comparisons: "Two numbers compared, for one image: maxima and ReLU.",
  inferenceBytes: "The layer's output for a batch, 4 bytes a number.",
  trainingBytes: "Training keeps the output until its gradient is there, which is as large.",
  receptiveField: "Pixels of the input that one value of the output depends on.",
  jump: "Pixels of the input between one position of the output and the next.",
  offset: "Where the first position of the output begins to see; negative outside the image.",
  paddingShare: "How much of what the positions see lies outside the image, in the padding.",
};

export const explained = (derivation: Derivation): Explanation => ({
  ...derivation,
  note: notes[derivation.quantity],
});

/** Where one number of a layer comes from; undefined where the layer does not work or the number is 0. */
export function explainStep(
  plan: Plan,
  id: string,
  quantity: Quantity,
  batch: number,
): Explanation | undefined {
  const found = derivationsOf(plan, id, batch).find((it) => it.quantity === quantity);
  return found && explained(found);
}
