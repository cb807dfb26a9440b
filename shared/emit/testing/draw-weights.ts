import type { Dice } from "../../../bench/agreement/dice.ts";
import type { Plan } from "../../compile/plan.ts";
import { initialWeights, type Weights } from "../../compile/weights.ts";

/** Every array random, so that no bias is zero and no variance one. */
export function drawWeights(plan: Plan, dice: Dice): Weights {
  const weights = initialWeights(plan, dice.whole(1, 1e6));
  for (const { node, weights: stored } of plan.steps)
    for (const [index, { initial, name }] of stored.entries()) {
      const array = weights[node.id]?.[index];
      if (name === "moving_variance") array?.set(array.map(() => dice.real(0.3, 2)));
      else if (initial === "ones") array?.set(array.map(() => dice.real(0.5, 1.5)));
      else if (initial === "zeros") array?.set(array.map(() => dice.real(-0.5, 0.5)));
    }
  return weights;
}
