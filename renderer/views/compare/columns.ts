import type { PeakMemory } from "../../../shared/compile/memory.ts";
import type { Totals } from "../../../shared/compile/plan.ts";
import { grouped, short, shortBytes } from "../../../shared/emit/figures.ts";
import { show } from "../../../shared/nodes/shape.ts";
import type { Score } from "../../../shared/protocol/training.ts";
import { type DesignQuantity, designNotes } from "../../ui/explain-design.ts";
import { inPercent } from "../../ui/notation.ts";

/** What a design costs and what it has reached; results are missing until it is trained. */
export interface Compared {
  readonly totals: Totals;
  readonly peaks: PeakMemory;
  readonly depth: number;
  readonly validation: Score | undefined;
  readonly test: Score | undefined;
  readonly secondsPerEpoch: number | undefined;
}

export interface Column {
  readonly id: string;
  readonly title: string;
  /** Above several columns that belong together. */
  readonly group: "Costs" | "Validation" | "Test" | "Time" | "More costs";
  readonly hint: string;
  /** What of the design it is, where it follows from the drawing alone: such a number can say where it comes from. */
  readonly of?: DesignQuantity | "receptiveField";
  readonly better: "less" | "more" | undefined;
  value(row: Compared): number | undefined;
  text(row: Compared): string;
}

export const columns: readonly Column[] = [
  cost("parameters", "Parameters", ({ totals }) => totals.parameters, grouped),
  cost("macs", "Multiply-adds", ({ totals }) => totals.macs),
  cost("trainingPeak", "Memory, training", ({ peaks }) => peaks.training.bytes, shortBytes),
  {
    id: "sees",
    of: "receptiveField",
    title: "Sees",
    group: "Costs",
    hint: designNotes.receptiveField,
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
  ...[
    cost("trainable", "Trainable", ({ totals }) => totals.trainable, grouped),
    cost("additions", "Additions", ({ totals }) => totals.additions),
    cost("comparisons", "Comparisons", ({ totals }) => totals.comparisons),
    cost("activationBytes", "Activations", ({ totals }) => totals.activationBytes, shortBytes),
    cost("inferencePeak", "Memory, running", ({ peaks }) => peaks.inference.bytes, shortBytes),
    { ...cost("depth", "Depth", ({ depth }) => depth), better: undefined },
  ].map((it) => ({ ...it, group: "More costs" as const })),
];

/** A number of the drawing; fewer are better. */
function cost(
  of: DesignQuantity,
  title: string,
  value: (row: Compared) => number,
  write: (value: number) => string = short,
): Column {
  const text = (row: Compared): string => write(value(row));
  return { id: of, of, title, group: "Costs", hint: designNotes[of], better: "less", value, text };
}

function scores(
  group: "Validation" | "Test",
  scoreOf: (row: Compared) => Score | undefined,
): readonly Column[] {
  const examples =
    group === "Test" ? "test examples, seen once at the end" : "validation examples after the last epoch";
  return [
    {
      id: `${group} accuracy`,
      title: "Accuracy",
      group,
      hint: `Share of recognised ${examples}`,
      better: "more",
      value: (row) => scoreOf(row)?.accuracy,
      text: (row) => shareText(scoreOf(row)?.accuracy),
    },
    {
      id: `${group} loss`,
      title: "Loss",
      group,
      hint: `Cross-entropy of the ${examples}`,
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
