import { type Expression, number, product, shown, sum } from "../nodes/expression.ts";
import { volume } from "../nodes/shape.ts";
import { counted, type Line, lineOf } from "./derivations.ts";
import { depthOf, longestPath } from "./longest-path.ts";
import { peakMemory } from "./memory.ts";
import type { Plan, Step } from "./plan.ts";

/** Where a number of a whole design comes from, in the order in which they are shown. */
export interface DesignDerivation {
  readonly quantity:
    | "parameters"
    | "trainable"
    | "macs"
    | "additions"
    | "comparisons"
    | "activationBytes"
    | "inferencePeak"
    | "trainingPeak"
    | "depth";
  readonly title: string;
  readonly value: string;
  readonly lines: readonly Line[];
}

/** Layers that a sum names; what is smaller goes into one term. */
const mostTerms = 12;

/** A design's totals with their derivations. `batch` and the optimizer's `slots` are for the peaks, see `peakMemory`. */
export function designDerivations(plan: Plan, batch: number, slots: number): readonly DesignDerivation[] {
  const { steps } = plan;
  const { inference, training } = peakMemory(plan, batch, slots);
  return [
    counted(
      "parameters",
      "Parameters",
      sumOver(steps, (it) => it.parameters),
    ),
    counted(
      "trainable",
      "Trainable",
      sumOver(steps, (it) => it.trainable),
    ),
    counted(
      "macs",
      "Multiply-adds",
      sumOver(steps, (it) => it.macs),
    ),
    counted(
      "additions",
      "Additions",
      sumOver(steps, (it) => it.additions),
    ),
    counted(
      "comparisons",
      "Comparisons",
      sumOver(steps, (it) => it.comparisons),
    ),
    counted(
      "activationBytes",
      "All outputs of one example",
      product(
        number(4, "bytes per value"),
        sumOver(steps, (it) => volume(it.output)),
      ),
      " bytes",
    ),
    peak("inferencePeak", "Peak memory", inference),
    peak("trainingPeak", "Peak memory while training", training),
    {
      quantity: "depth",
      title: "Depth",
      value: shown(depthOf(plan)),
      lines: [{ name: "longest path", formula: shortened(longestPath(plan)), worked: shown(depthOf(plan)) }],
    },
  ];
}

const peak = (
  quantity: DesignDerivation["quantity"],
  title: string,
  { bytes, from, at }: { readonly bytes: number; readonly from: Expression; readonly at: string | undefined },
): DesignDerivation => ({
  quantity,
  title,
  value: `${shown(bytes)} bytes`,
  lines: [lineOf(at === undefined ? "" : `at ${at}`, from)],
});

/** The layers' numbers added up, in the network's order, those that are 0 left out. */
function sumOver(steps: readonly Step[], of: (step: Step) => number): Expression {
  const terms = steps.filter((it) => of(it) > 0);
  if (terms.length <= mostTerms) return sum(...terms.map((it) => number(of(it), it.node.id)));
  const largest = new Set(terms.toSorted((a, b) => of(b) - of(a)).slice(0, mostTerms - 1));
  const named = terms.filter((it) => largest.has(it)).map((it) => number(of(it), it.node.id));
  const rest = terms.filter((it) => !largest.has(it)).reduce((total, it) => total + of(it), 0);
  return sum(...named, number(rest, `${terms.length - named.length} smaller layers`));
}

/** `image → conv_1 → … → dense_2`: the first and the last where there are many. */
function shortened(path: readonly string[]): string {
  const named = path.length <= mostTerms ? path : [...path.slice(0, 8), "…", ...path.slice(-3)];
  return named.join(" → ");
}
