import { show } from "../../nodes/shape.ts";
import { layerTable } from "../layer-table.ts";
import type { Subject } from "../subject.ts";

/** A text, or a whole number that its format writes in its own way. */
export type Cell = string | number;

/** The layer table as cells: every row, the totals too, has one per heading. */
export interface Cells {
  readonly headings: readonly string[];
  /** One per layer, in topological order. */
  readonly rows: readonly (readonly Cell[])[];
  /** Begins with `Total`, which is no layer's name: those are in small letters. */
  readonly totals: readonly Cell[];
}

/** Columns from this one on are figures and stand to the right. */
export const firstFigure = 4;

/**
 * What the layer table of every format says: name, kind, settings in the field's notation (`8 · 5×5 · same · relu`),
 * output shape without the batch axis (height×width×channels), stored and trainable parameters, multiply-adds of one
 * example, and the receptive field in input pixels (height×width).
 */
export function tableCells({ plan }: Subject): Cells {
  const { parameters, trainable, macs, receptiveField } = plan.totals;
  return {
    headings: [
      "Layer",
      "Kind",
      "Settings",
      "Output shape",
      "Parameters",
      "Trainable",
      "Multiply-adds",
      "Receptive field",
    ],
    rows: layerTable(plan).map((it) => [
      it.id,
      it.title,
      it.settings,
      show(it.output),
      it.parameters,
      it.trainable,
      it.macs,
      show(it.receptiveField),
    ]),
    totals: ["Total", "", "", "", parameters, trainable, macs, show(receptiveField)],
  };
}
