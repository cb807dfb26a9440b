import {
  type Expression,
  inWords,
  minus,
  number,
  over,
  product,
  shown,
  sum,
  worked,
  worth,
} from "../nodes/expression.ts";
import { isRefusal, type Weight, type WeightName } from "../nodes/kind.ts";
import { show } from "../nodes/shape.ts";
import { inferenceBytes, trainingBytes } from "./memory.ts";
import type { Plan, Step } from "./plan.ts";
import { countSeen, jumpOf, offsetOf, sizeOf } from "./receptive-field.ts";
import { fieldExpression, jumpExpression, offsetExpression } from "./sight-expressions.ts";

/** What the numbers of a layer count or measure, in the order in which they are shown. */
export const quantities = [
  "output",
  "parameters",
  "trainable",
  "frozen",
  "states",
  "macs",
  "additions",
  "comparisons",
  "inferenceBytes",
  "trainingBytes",
  "receptiveField",
  "jump",
  "offset",
  "paddingShare",
] as const;
export type Quantity = (typeof quantities)[number];

/** Where a number of a layer comes from. */
export interface Derivation {
  readonly quantity: Quantity;
  /** "Output", "Multiply-adds". */
  readonly title: string;
  /** The number as it is shown: `28×28×8`, `62,720`, `25,088 bytes`. */
  readonly value: string;
  /** One line for a count, one per axis for shapes. */
  readonly lines: readonly Line[];
}

export interface Line {
  /** Which axis; empty where there is only one line. */
  readonly name: string;
  /** In words: `⌊(input height + 2 · padding − window height) / stride⌋ + 1`. */
  readonly formula: string;
  /** With this layer's numbers: `⌊(28 + 2·0 − 5)/1⌋ + 1 = 24`; a number alone where nothing is worked out. */
  readonly worked: string;
}

/**
 * Every number of a layer with its derivation, those that are 0 left out. `batch` is the number of examples in a
 * training step, for the memory. Values of a vector have no places, so they have no jump, offset and padding. Empty for
 * a node that does not work.
 */
export function derivationsOf(plan: Plan, id: string, batch: number): readonly Derivation[] {
  const step = plan.steps.find((it) => it.node.id === id);
  if (!step) return [];
  // In slot order, and a source that feeds two slots twice.
  const sources = step.sources.flatMap((source) => plan.steps.find((it) => it.node.id === source) ?? []);
  return [
    outputOf(step),
    ...countsOf(step),
    ...workOf(step),
    counted("inferenceBytes", "Memory of its output", inferenceBytes(step, batch), " bytes"),
    counted("trainingBytes", "Memory while training", trainingBytes(plan, step, batch), " bytes"),
    ...seenOf(step, sources, plan.steps[0]?.output.length === 1),
  ];
}

/** A number with its derivation in one line. */
export const counted = <Q extends string>(quantity: Q, title: string, of: Expression, unit = "") => ({
  quantity,
  title,
  value: `${shown(worth(of))}${unit}`,
  lines: [lineOf("", of)],
});

export const lineOf = (name: string, of: Expression): Line => ({
  name,
  formula: inWords(of),
  worked: worked(of),
});

function outputOf(step: Step): Derivation {
  const { kind, values, inputs, output } = step;
  const sizes = kind.shape(values, inputs);
  const axes = output.length === 3 ? ["height", "width", "channels"] : ["values"];
  const taken = (size: number, axis: number): string => {
    const name = axes[axis] ?? "";
    if (!inputs.length) return `${name} as set`;
    return inputs[0]?.length === output.length && inputs[0][axis] === size
      ? `input ${name}`
      : `output ${name}`;
  };
  return {
    quantity: "output",
    title: "Output",
    value: show(output),
    lines: isRefusal(sizes)
      ? []
      : sizes.map((it, axis) =>
          lineOf(axes[axis] ?? "", typeof it === "number" ? number(it, taken(it, axis)) : it),
        ),
  };
}

function countsOf({ weights }: Step): readonly Derivation[] {
  const some = (quantity: Quantity, title: string, chosen: readonly Weight[]): readonly Derivation[] =>
    chosen.length ? [counted(quantity, title, sizeOfAll(chosen))] : [];
  const of = (role: Weight["role"]) => weights.filter((it) => it.role === role);
  return [
    ...some("parameters", "Parameters", weights),
    ...some("trainable", "Trainable", of("learned")),
    ...some("frozen", "Frozen", of("frozen")),
    ...some("states", "Moving statistics", of("state")),
  ];
}

/** Arrays with one number per channel or filter, which their axis alone would not tell apart. */
const named: Readonly<Partial<Record<WeightName, string>>> = {
  bias: "biases",
  gamma: "gamma",
  beta: "beta",
  moving_mean: "moving mean",
  moving_variance: "moving variance",
};

const sizeOfAll = (weights: readonly Weight[]): Expression =>
  sum(
    ...weights.map(({ name, shape, axes }) => {
      const what = axes.length === 1 && named[name] ? ` (${named[name]})` : "";
      return product(...shape.map((size, axis) => number(size, `${axes[axis]}${what}`)));
    }),
  );

function workOf({ kind, values, inputs, output }: Step): readonly Derivation[] {
  const { macs, additions, comparisons } = kind.work(values, inputs, output);
  const some = (quantity: Quantity, title: string, of: Expression | undefined): readonly Derivation[] =>
    of && worth(of) ? [counted(quantity, title, of)] : [];
  return [
    ...some("macs", "Multiply-adds", macs),
    ...some("additions", "Additions", additions),
    ...some("comparisons", "Comparisons", comparisons),
  ];
}

function seenOf(step: Step, sources: readonly Step[], ofVector: boolean): readonly Derivation[] {
  const { view, output } = step;
  const pair = (of: (axis: 0 | 1) => number): readonly string[] => [shown(of(0)), shown(of(1))];
  const lines = (of: (axis: 0 | 1) => Expression): readonly Line[] => [
    lineOf("height", of(0)),
    lineOf("width", of(1)),
  ];
  const field = (axis: 0 | 1) => fieldExpression(step, sources, axis);
  if (ofVector)
    return [counted("receptiveField", "Sees", field(1), sizeOf(view[1]) === 1 ? " value" : " values")];
  const sees: Derivation = {
    quantity: "receptiveField",
    title: "Sees",
    value: `${pair((axis) => sizeOf(view[axis])).join("×")} pixels`,
    lines: lines(field),
  };
  if (output.length === 1) return [sees];
  return [
    sees,
    {
      quantity: "jump",
      title: "Jump",
      value: pair((axis) => jumpOf(view[axis])).join("×"),
      lines: lines((axis) => jumpExpression(step, sources, axis)),
    },
    {
      quantity: "offset",
      title: "Offset",
      value: pair((axis) => offsetOf(view[axis])).join(", "),
      lines: lines((axis) => offsetExpression(step, sources, axis)),
    },
    paddingOf(step),
  ];
}

/** Pixels that lie outside over all pixels, summed up over the output's positions. */
function paddingOf({ view, whole }: Step): Derivation {
  const rows = countSeen(view[0], whole[0]);
  const columns = countSeen(view[1], whole[1]);
  const all = product(number(rows.all, "rows seen"), number(columns.all, "columns seen"));
  const inside = product(number(rows.inside, "rows inside"), number(columns.inside, "columns inside"));
  const share = worth(all)
    ? over(product(number(100, "100"), minus(all, inside)), all)
    : number(0, "nothing is seen");
  return {
    quantity: "paddingShare",
    title: "Padding seen",
    value: `${shown(worth(share))} %`,
    lines: [lineOf("over all positions", share)],
  };
}
