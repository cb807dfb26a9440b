import type { Totals } from "../../../shared/compile/plan.ts";
import { grouped, short, shortBytes } from "../../../shared/emit/figures.ts";
import { show } from "../../../shared/nodes/shape.ts";
import type { Score } from "../../../shared/protocol/training.ts";
import { inPercent } from "../../ui/notation.ts";

/** What a design costs and what it has reached; results are missing until it is trained. */
export interface Compared {
  readonly totals: Totals;
  readonly validation: Score | undefined;
  readonly test: Score | undefined;
  readonly secondsPerEpoch: number | undefined;
}

export interface Column {
  readonly id: string;
  readonly title: string;
  /** Above several columns that belong together. */
  readonly group: "Costs" | "Validation" | "Test" | "Time";
  readonly hint: string;
  readonly better: "less" | "more" | undefined;
  value(row: Compared): number | undefined;
  text(row: Compared): string;
  /** All digits, where `text` rounds. */
  exact?(row: Compared): string;
}

export const columns: readonly Column[] = [
  {
    id: "parameters",
    title: "Parameters",
    group: "Costs",
    hint: "Numbers stored with the layers",
    better: "less",
    value: ({ totals }) => totals.parameters,
    text: ({ totals }) => grouped(totals.parameters),
  },
  {
    id: "trainable",
    title: "Trainable",
    group: "Costs",
    hint: "The part of them that learns",
    better: "less",
    value: ({ totals }) => totals.trainable,
    text: ({ totals }) => grouped(totals.trainable),
  },
  {
    id: "macs",
    title: "Multiply-adds",
    group: "Costs",
    hint: "For one image, in convolutions and dense layers",
    better: "less",
    value: ({ totals }) => totals.macs,
    text: ({ totals }) => short(totals.macs),
    exact: ({ totals }) => grouped(totals.macs),
  },
  {
    id: "memory",
    title: "Activations",
    group: "Costs",
    hint: "Memory of all layers' outputs for one image",
    better: "less",
    value: ({ totals }) => totals.activationBytes,
    text: ({ totals }) => shortBytes(totals.activationBytes),
    exact: ({ totals }) => `${grouped(totals.activationBytes)} bytes`,
  },
  {
    id: "sees",
    title: "Sees",
    group: "Costs",
    hint: "Pixels of the input that one value of the last feature map depends on",
    better: undefined,
    value: ({ totals: { receptiveField } }) => receptiveField[0] * receptiveField[1],
    text: ({ totals }) => show(totals.receptiveField),
  },
  ...scores("Validation", (row) => row.validation),
  ...scores("Test", (row) => row.test),
  {
    id: "seconds",
    title: "s per epoch",
    group: "Time",
    hint: "Mean time of an epoch",
    better: "less",
    value: ({ secondsPerEpoch }) => secondsPerEpoch,
    text: ({ secondsPerEpoch }) => secondsPerEpoch?.toPrecision(2) ?? "–",
  },
];

function scores(
  group: "Validation" | "Test",
  scoreOf: (row: Compared) => Score | undefined,
): readonly Column[] {
  const images =
    group === "Test" ? "test images, seen once at the end" : "validation images after the last epoch";
  return [
    {
      id: `${group} accuracy`,
      title: "Accuracy",
      group,
      hint: `Share of recognised ${images}`,
      better: "more",
      value: (row) => scoreOf(row)?.accuracy,
      text: (row) => shareText(scoreOf(row)?.accuracy),
    },
    {
      id: `${group} loss`,
      title: "Loss",
      group,
      hint: `Cross-entropy of the ${images}`,
      better: "less",
      value: (row) => scoreOf(row)?.loss,
      text: (row) => scoreOf(row)?.loss.toFixed(3) ?? "–",
    },
  ];
}

const shareText = (share: number | undefined): string => (share === undefined ? "–" : inPercent(share));

/** Rows that are best in a column: several on a tie, none where there is nothing to choose between. */
export function bestRows(rows: readonly Compared[], { better, value, text }: Column): ReadonlySet<number> {
  const values = rows.map(value);
  const known = values.filter((it) => it !== undefined).filter(Number.isFinite);
  if (!better || known.length < 2) return new Set();
  const best = better === "less" ? Math.min(...known) : Math.max(...known);
  // Equal as shown is equal: nobody wins by a digit that is not there.
  const winner = rows[values.indexOf(best)];
  const bestText = winner && text(winner);
  const winners = rows.flatMap((row, index) =>
    values[index] !== undefined && text(row) === bestText ? [index] : [],
  );
  return new Set(winners.length < rows.length ? winners : []);
}

/** Length of a row's bar, 0 to 1 of the largest value in the column. */
export function shareOfLargest(rows: readonly Compared[], { value }: Column, row: Compared): number {
  const largest = Math.max(...rows.map((it) => value(it) ?? 0).filter(Number.isFinite), 0);
  const own = value(row);
  return own === undefined || !Number.isFinite(own) || largest === 0 ? 0 : own / largest;
}
