import type { Plan } from "../compile/plan.ts";
import type { Weights } from "../compile/weights.ts";
import { counted, grouped } from "./figures.ts";

/** Why these weights go into no file, in a sentence; undefined when they are finite. */
export function notFinite({ steps }: Plan, weights: Weights): string | undefined {
  const broken = steps.find(({ node }) => weights[node.id]?.some((it) => !it.every(Number.isFinite)));
  return (
    broken &&
    `The weights of ${broken.node.id} (${broken.kind.title}) hold values that are no finite numbers. Train again with a smaller learning rate.`
  );
}

/** Why a design is larger than a file of `most` bytes, about 2 GiB, in a sentence; undefined when it fits. */
export function tooLarge({ steps, totals }: Plan, file: string, most: number): string | undefined {
  if (4 * totals.parameters <= most) return undefined;
  const [largest] = steps.toSorted((a, b) => b.parameters - a.parameters);
  return `${file} holds 2 GiB at most, and the design has ${counted(totals.parameters, "parameter")}, of which ${largest?.node.id} (${largest?.kind.title}) has ${grouped(largest?.parameters ?? 0)}. Make that layer smaller, or export a Keras program instead.`;
}
