import type { Quantity } from "../../shared/compile/derivations.ts";
import { aroundOf, planOf } from "../state/plans.ts";
import { session } from "../state/session.ts";
import { activeDesign, documentOf, workspace } from "../state/workspace.ts";
import { explainStep } from "../ui/explain-step.ts";
import type { Explanation } from "../ui/explained.ts";

/** Where a number on a card comes from. Asked of the stores only then: a card with the plan would redraw with every edit. */
export function explainHere(id: string, quantity: Quantity): Explanation | undefined {
  const work = workspace.getState();
  const document = documentOf(work);
  const plan = planOf(activeDesign(work), aroundOf(document, session.getState()));
  return explainStep(plan, id, quantity, document.recipe.batch);
}
