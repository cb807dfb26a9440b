import type { Plan, Step } from "../compile/plan.ts";
import { jumpOf, offsetOf } from "../compile/receptive-field.ts";
import { sharesOf } from "../compile/shares.ts";
import type { Weight } from "../nodes/kind.ts";
import { type Shape, volume } from "../nodes/shape.ts";

/** One line of a model summary. Pairs are [height, width]. */
export interface LayerRow {
  readonly id: string;
  readonly kind: string;
  /** The kind's title on the card: `Conv 2D`. */
  readonly title: string;
  /** In the field's notation; empty where there is nothing to say. */
  readonly settings: string;
  /** Without the batch axis; images are [height, width, channels]. */
  readonly output: Shape;
  /** Stored numbers: trainable + frozen + states. */
  readonly parameters: number;
  readonly trainable: number;
  /** Could learn, but Trainable is off. */
  readonly frozen: number;
  /** Moving statistics. */
  readonly states: number;
  /** Percent of the design's parameters. */
  readonly share: number;
  /** Multiply-adds, other additions and comparisons of one example; `Work` says what they count. */
  readonly macs: number;
  readonly additions: number;
  readonly comparisons: number;
  /** Most input pixels that one output position sees. */
  readonly receptiveField: readonly [number, number];
  /** Input pixels from one output position to the next, on average. */
  readonly jump: readonly [number, number];
  /** The first input pixel that the first output position sees, from 0; negative in the padding. */
  readonly offset: readonly [number, number];
}

/** A row per layer that works, in topological order, the input first. */
export const layerTable = (plan: Plan): readonly LayerRow[] => plan.steps.map((it) => rowOf(it, plan));

function rowOf(step: Step, { totals }: Plan): LayerRow {
  const { node, kind, values, output, weights, parameters, trainable, macs, additions, comparisons } = step;
  const [rows, columns] = step.view;
  return {
    id: node.id,
    kind: kind.name,
    title: kind.title,
    settings: kind.notation(values),
    output,
    parameters,
    trainable,
    frozen: stored(weights, "frozen"),
    states: stored(weights, "state"),
    share: 100 * sharesOf(step, totals).parameters,
    macs,
    additions,
    comparisons,
    receptiveField: step.receptiveField,
    jump: [jumpOf(rows), jumpOf(columns)],
    offset: [offsetOf(rows), offsetOf(columns)],
  };
}

const stored = (weights: Step["weights"], role: Weight["role"]): number =>
  weights.reduce((sum, it) => (it.role === role ? sum + volume(it.shape) : sum), 0);
