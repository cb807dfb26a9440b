import { derivationsOf } from "../../shared/compile/derivations.ts";
import type { Plan, Step } from "../../shared/compile/plan.ts";
import { grouped } from "../../shared/emit/figures.ts";
import { show, volume } from "../../shared/nodes/shape.ts";
import type { Explanation } from "./explained.ts";

/** More layers than this are summed up in words. */
const mostTerms = 12;

interface Summed {
  readonly title: string;
  readonly note: string;
  readonly unit?: string;
  readonly of: (step: Step) => number;
}

/** A design's total as the sum of its layers' numbers. */
export function explainSum(plan: Plan, { title, note, unit = "", of }: Summed): Explanation {
  const terms = plan.steps.map((it) => ({ id: it.node.id, value: of(it) })).filter((it) => it.value > 0);
  const total = terms.reduce((sum, it) => sum + it.value, 0);
  const named = terms
    .toSorted((a, b) => b.value - a.value)
    .slice(0, terms.length > mostTerms ? mostTerms - 1 : mostTerms);
  // In the order of the network, however large they are.
  const kept = terms.filter((it) => named.includes(it));
  const rest = total - kept.reduce((sum, it) => sum + it.value, 0);
  const left = terms.length - kept.length;
  const sum = [...kept.map((it) => grouped(it.value)), ...(left ? [grouped(rest)] : [])];
  return {
    title,
    value: `${grouped(total)}${unit}`,
    note,
    lines:
      terms.length < 2
        ? terms.map((it) => ({ name: "", formula: `all in ${it.id}`, worked: grouped(it.value) }))
        : [
            {
              name: "",
              formula: [...kept.map((it) => it.id), ...(left ? [`${left} smaller layers`] : [])].join(" + "),
              worked: `${sum.join(" + ")} = ${grouped(total)}`,
            },
          ],
  };
}

/** The totals of a design that are sums over its layers. */
export const sums = {
  parameters: {
    title: "Parameters",
    note: "All numbers stored with the layers.",
    of: (it) => it.parameters,
  },
  trainable: { title: "Trainable", note: "The parameters that learn by gradient.", of: (it) => it.trainable },
  macs: {
    title: "Multiply-adds",
    note: "Of one image, in convolutions and dense layers.",
    of: (it) => it.macs,
  },
  additions: {
    title: "Additions",
    note: "Of one image, outside of the multiply-adds: biases, means, joins.",
    of: (it) => it.additions,
  },
  comparisons: {
    title: "Comparisons",
    note: "Of one image: maxima and ReLU.",
    of: (it) => it.comparisons,
  },
  activationBytes: {
    title: "Activations",
    note: "Outputs of all layers for one image, 4 bytes a number.",
    unit: " bytes",
    of: (it) => 4 * volume(it.output),
  },
} as const satisfies Record<string, Summed>;
export type Sum = keyof typeof sums;

/** What one value of the last feature map sees, with the derivation of the layer that sees most. */
export function explainSight(plan: Plan): Explanation {
  const { receptiveField } = plan.totals;
  const widest = plan.steps.find((it) => show(it.receptiveField) === show(receptiveField));
  const derivation =
    widest && derivationsOf(plan, widest.node.id, 1).find((it) => it.quantity === "receptiveField");
  return {
    title: "Sees",
    value: `${show(receptiveField)} pixels`,
    note: `Receptive field: the pixels of the input that one value of ${widest ? widest.node.id : "the output"} depends on.`,
    lines: derivation?.lines ?? [],
  };
}
