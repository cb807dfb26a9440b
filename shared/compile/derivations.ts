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
import { isRefusal, type Weight } from "../nodes/kind.ts";
import { show } from "../nodes/shape.ts";
import { inferenceBytes, trainingBytes } from "./memory.ts";
import type { Plan, Step } from "./plan.ts";
import { jumpOf, offsetOf, paddingShare, sizeOf } from "./receptive-field.ts";

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
  /** With this layer's numbers: `⌊(28 + 2·0 − 5)/1⌋ + 1 = 24`. */
  readonly worked: string;
}

/**
 * Every number of a layer with its derivation, those that are 0 left out. `batch` is the number of examples in a
 * training step, for the memory. Empty for a node that does not work.
 */
export function derivationsOf(plan: Plan, id: string, batch: number): readonly Derivation[] {
  const step = plan.steps.find((it) => it.node.id === id);
  if (!step) return [];
  const sources = plan.steps.filter((it) => step.sources.includes(it.node.id));
  return [
    outputOf(step),
    ...countsOf(step),
    ...workOf(step),
    counted("inferenceBytes", "Memory of its output", inferenceBytes(step, batch), " bytes"),
    counted("trainingBytes", "Memory while training", trainingBytes(plan, step, batch), " bytes"),
    ...seenOf(step, sources),
  ];
}

function outputOf(step: Step): Derivation {
  const { kind, values, inputs, output } = step;
  const sizes = kind.shape(values, inputs);
  const axes = output.length === 3 ? ["height", "width", "channels"] : ["values"];
  return {
    quantity: "output",
    title: "Output",
    value: show(output),
    lines: isRefusal(sizes)
      ? []
      : sizes.map((it, axis) => {
          const name = axes[axis] ?? "";
          return lineOf(name, typeof it === "number" ? number(it, `output ${name}`) : it);
        }),
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

const sizeOfAll = (weights: readonly Weight[]): Expression => {
  const each = weights.map(({ shape, axes }) =>
    axes.length === 1
      ? number(shape[0] ?? 0, axes[0] ?? "")
      : product(...shape.map((size, axis) => number(size, axes[axis] ?? ""))),
  );
  return each.length === 1 && each[0] ? each[0] : sum(...each);
};

function workOf({ kind, values, inputs, output }: Step): readonly Derivation[] {
  const { macs, additions, comparisons } = kind.work(values, inputs, output);
  return [
    ...(macs ? [counted("macs", "Multiply-adds", macs)] : []),
    ...(additions ? [counted("additions", "Additions", additions)] : []),
    ...(comparisons ? [counted("comparisons", "Comparisons", comparisons)] : []),
  ];
}

/** Receptive field, jump and offset by the recursions of Araujo, Norris & Sim 2019, equations 1 to 3, where they hold. */
function seenOf(step: Step, sources: readonly Step[]): readonly Derivation[] {
  const axes = ["height", "width"] as const;
  const pair = (of: (axis: 0 | 1) => number): string => show([of(0), of(1)].map(shortened));
  const lines = (of: (axis: 0 | 1) => Expression): readonly Line[] =>
    axes.map((name, axis) => lineOf(name, of(axis === 0 ? 0 : 1)));
  const { view, whole } = step;
  const size = (axis: 0 | 1) => fieldExpression(step, sources, axis);
  const share = paddingShare(view, whole);
  return [
    {
      quantity: "receptiveField",
      title: "Sees",
      value: `${pair((axis) => sizeOf(view[axis]))} pixels`,
      lines: lines(size),
    },
    {
      quantity: "jump",
      title: "Jump",
      value: pair((axis) => jumpOf(view[axis])),
      lines: lines((axis) => jumpExpression(step, sources, axis)),
    },
    {
      quantity: "offset",
      title: "Offset",
      value: pair((axis) => offsetOf(view[axis])),
      lines: lines((axis) => offsetExpression(step, sources, axis)),
    },
    { quantity: "paddingShare", title: "Padding seen", value: `${shortened(100 * share)} %`, lines: [] },
  ];
}

const windowOf = ({ kind, values, inputs }: Step) => {
  const sight = kind.sight(values, inputs);
  return typeof sight === "string" ? undefined : sight;
};

/** The source that sees most along an axis: a merge goes on with its view. */
const widest = (sources: readonly Step[], axis: 0 | 1): Step | undefined =>
  sources.toSorted((a, b) => sizeOf(b.view[axis]) - sizeOf(a.view[axis]))[0];

function fieldExpression(step: Step, sources: readonly Step[], axis: 0 | 1): Expression {
  const size = sizeOf(step.view[axis]);
  const source = widest(sources, axis);
  const sight = windowOf(step);
  if (!source || !sight) return number(size, source ? "all that comes in" : "one pixel");
  const recursion = sum(
    number(sizeOf(source.view[axis]), "receptive field of the input"),
    product(
      minus(number(sight.window[axis], "window"), number(1, "1")),
      number(jumpOf(source.view[axis]), "jump of the input"),
    ),
  );
  // Between upsampled pixels the recursion gives broken numbers: there the widest of all positions counts.
  return worth(recursion) === size ? recursion : number(size, "widest of all positions");
}

function jumpExpression(step: Step, sources: readonly Step[], axis: 0 | 1): Expression {
  const jump = jumpOf(step.view[axis]);
  const source = widest(sources, axis);
  const sight = windowOf(step);
  if (!source || !sight) return number(jump, source ? "as comes in" : "one pixel");
  const spread = product(
    number(jumpOf(source.view[axis]), "jump of the input"),
    number(sight.stride[axis], "stride"),
  );
  const zoom = sight.zoom?.[axis] ?? 1;
  const recursion = zoom === 1 ? spread : over(spread, number(zoom, "times as fine"));
  return worth(recursion) === jump ? recursion : number(jump, "between positions, on average");
}

function offsetExpression(step: Step, sources: readonly Step[], axis: 0 | 1): Expression {
  const offset = offsetOf(step.view[axis]);
  const source = widest(sources, axis);
  const sight = windowOf(step);
  if (!source || !sight) return number(offset, source ? "as comes in" : "first pixel");
  const recursion = minus(
    number(offsetOf(source.view[axis]), "offset of the input"),
    product(
      number(sight.before[axis], "padding before"),
      number(jumpOf(source.view[axis]), "jump of the input"),
    ),
  );
  return worth(recursion) === offset ? recursion : number(offset, "first pixel that is seen");
}

const counted = (quantity: Quantity, title: string, of: Expression, unit = ""): Derivation => ({
  quantity,
  title,
  value: `${shown(worth(of))}${unit}`,
  lines: [lineOf("", of)],
});

const lineOf = (name: string, of: Expression): Line => ({ name, formula: inWords(of), worked: worked(of) });

const shortened = (value: number): number => Number(value.toPrecision(3));
