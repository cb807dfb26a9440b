import type { Plan, Step } from "../compile/plan.ts";
import type { Shape } from "../nodes/shape.ts";

/** One line of a model summary. */
export interface LayerRow {
  readonly id: string;
  readonly kind: string;
  /** Without the batch axis; images are [height, width, channels]. */
  readonly output: Shape;
  readonly parameters: number;
  readonly trainable: number;
  /** Multiply-adds of one image. */
  readonly macs: number;
  /** [height, width] in input pixels. */
  readonly receptiveField: readonly [number, number];
}

/** A row per layer that works, in topological order, the input first. */
export const layerTable = (plan: Plan): readonly LayerRow[] => plan.steps.map(rowOf);

const rowOf = ({ node, kind, output, parameters, trainable, macs, receptiveField }: Step): LayerRow => ({
  id: node.id,
  kind: kind.name,
  output,
  parameters,
  trainable,
  macs,
  receptiveField,
});
