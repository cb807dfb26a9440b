import type { Plan } from "../compile/plan.ts";
import type { Weights } from "../compile/weights.ts";

/** Why these weights go into no file, in a sentence; undefined when they are finite. */
export function notFinite({ steps }: Plan, weights: Weights): string | undefined {
  const broken = steps.find(({ node }) => weights[node.id]?.some((it) => !it.every(Number.isFinite)));
  return (
    broken &&
    `The weights of ${broken.node.id} (${broken.kind.title}) hold values that are no finite numbers. Train again with a smaller learning rate.`
  );
}
