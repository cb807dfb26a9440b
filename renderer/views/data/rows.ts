import type { DatasetSummary } from "../../../shared/protocol/training.ts";
import type { Table, TableInput } from "../../../shared/train/dataset.ts";

/** A row of a table as it is shown: what stood in the file, not what the network gets. */
export interface ShownRow {
  readonly label: number;
  readonly cells: readonly number[];
}

/** More columns would make the table slow and say no more. */
export const mostColumns = 40;

/** The gallery's rows with their first columns. */
export function rowsOf({ gallery }: DatasetSummary, { inputs }: Table): readonly ShownRow[] {
  const shown = inputs.slice(0, mostColumns);
  return Array.from(gallery.labels, (label, row) => ({
    label,
    cells: shown.map((input, at) => cellOf(gallery.values[row * inputs.length + at] ?? 0, input)),
  }));
}

/**
 * The cell that an input was made from. Inputs have 32 bits, so what is smaller than a millionth of the terms is
 * rounding: a cell of 0 would come back as 2.8e−9.
 */
export function cellOf(value: number, { mean, deviation }: TableInput): number {
  const terms = Math.abs(value * deviation) + Math.abs(mean);
  if (terms === 0) return 0;
  const step = 10 ** Math.floor(Math.log10(terms) - 6);
  return Math.round((value * deviation + mean) / step) * step;
}

/** A cell in five digits. */
export function cellText(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e7)) return value.toExponential(2).replace("-", "−");
  return String(Number(value.toPrecision(5))).replace("-", "−");
}

/** How a column became an input: `5.84 ± 0.83`, or what it is instead. */
export function scaleOf(
  { mean, deviation, standardised }: TableInput,
  { shuffled }: Pick<Table, "shuffled">,
): string {
  // Only files have texts; what is generated enters as it is.
  if (!standardised) return shuffled ? "0 or 1" : "as it is";
  return deviation === 0 ? "constant" : `${short(mean)} ± ${short(deviation)}`;
}

const short = (value: number): string => cellText(Number(value.toPrecision(3)));
