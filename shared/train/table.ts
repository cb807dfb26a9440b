import { permutation } from "../nodes/random.ts";
import { readCsv } from "./csv.ts";
import type { Dataset, Examples, TableInput, Unreadable } from "./dataset.ts";
import { type Column, type Columns, columnsOf, countsRows, isGap, labelColumn } from "./table-columns.ts";

const mostClasses = 256;
const mostInputs = 4096;
/** Distinct values of a text column that still become one input each. */
const mostWords = 20;
const fewestRows = 10;
const trainPercent = 85;
const shuffleSeed = 1;
/** An input so many deviations from its mean is a slip of the hand. */
const farthest = 1e6;

/**
 * A dataset from a CSV table with one row per example and a column of classes. The rules, in their order, complete
 * enough to be stated again in another language:
 *
 * 1. Cells are those of `readCsv`, every row as long as the first. A cell is a number if `numberIn` says so; where the
 *    delimiter is not a comma, the first comma of a cell counts as a decimal point. A cell is missing if it is empty,
 *    `?`, `NA`, `N/A`, `NaN` or `null` in capitals or not.
 * 2. The first row is a header if it holds one of `labelNames` (in capitals or not), or no number at all, or a text
 *    over a column in which every other cell is a number or missing, and one is a number. Without a header, and for
 *    empty names, columns are named `column 1`, `column 2`, …
 * 3. Columns whose every cell is missing are left out.
 * 4. The classes stand in the column named by the earliest of `labelNames`, else in the last one.
 * 5. Of the others, a column that counts the rows (0, 1, 2, … or 1, 2, 3, …) is left out: it would give the order away.
 * 6. Rows in which a cell is missing are left out.
 * 7. Classes are the distinct labels: sorted by value if all are numbers, else by UTF-16 code units.
 * 8. A column in which at least half of the cells are numbers must hold only numbers, and is one input. Another one is
 *    text of at most 20 distinct values: one input for each, sorted by UTF-16 code units, 1 where it is met, else 0.
 * 9. Rows are put in the order `permutation(rows, 1)`, since tables are often sorted by class. The first
 *    ⌊rows · 85 / 100⌋ train, the others test.
 * 10. Each input of a column of numbers is (cell − mean) / deviation, with mean and deviation (divided by the number
 *    of rows) of the rows that train, validation included; 0 where those all hold one value.
 *
 * Refuses, naming line, column, the value met and what helps: what `readCsv` refuses; rows of another length; text
 * among numbers or of more than 20 values; fewer than 10 whole rows or half of the rows lost to missing cells; one
 * class, more than 256, or less than two rows for each; more than 4,096 inputs, none, or inputs × rows over 2²⁵; a
 * test row 10⁶ deviations away.
 */
export function readTable(bytes: Uint8Array, name: string): Dataset | Unreadable {
  const csv = readCsv(bytes, name);
  if ("refused" in csv) return csv;
  const no = (why: string): Unreadable => ({ refused: `${name} ${why}` });
  const uneven = csv.rows.findIndex((it) => it.length !== csv.rows[0]?.length);
  if (uneven >= 0)
    return {
      refused:
        `${name}, line ${csv.lines[uneven]}: ${cells(csv.rows[uneven])}, but ${cells(csv.rows[0])} in the first row. ` +
        "Give every row as many; a delimiter inside a cell needs quotes around the cell.",
    };
  const table = columnsOf(csv);
  const label = labelColumn(table.columns);
  if (!label) return no(`holds no data: it needs a header, and one row for each example.`);
  const leftOut = table.columns.filter((it) => it !== label && countsRows(it));
  const features = table.columns.filter((it) => it !== label && !leftOut.includes(it));
  if (features.length === 0)
    return no(`has no column to learn from beside “${label.name}”. It needs one column of numbers at least.`);

  const kept = wholeRows(table, [...features, label]);
  const rows = table.lines.length;
  if (kept.length < fewestRows)
    return no(`has ${countOf(kept.length, "row")} without missing cells: ${fewestRows} are the least.`);
  if (kept.length * 2 < rows) return no(missing(features, label, kept.length, rows));
  const place: Place = { name, lines: table.lines, kept };
  const classes = classesOf(label, place);
  if ("refused" in classes) return classes;
  const order = Array.from(permutation(kept.length, shuffleSeed), (it) => kept[it] ?? 0);
  const train = Math.floor((order.length * trainPercent) / 100);

  const inputs: TableInput[] = [];
  const values: Float64Array[] = [];
  for (const column of features) {
    const made = inputsOf(column, place, order, train);
    if ("refused" in made) return made;
    inputs.push(...made.map((it) => it.input));
    values.push(...made.map((it) => it.values));
    if (inputs.length > mostInputs)
      return no(`has more than ${mostInputs} inputs: use fewer columns, or fewer different texts in them.`);
    if (inputs.length * order.length > 2 ** 25) return no("is too large: use fewer rows or columns.");
  }
  const labels = Uint8Array.from(order, (row) => classes.numberOf.get(label.cells[row] ?? "") ?? 0);
  const part = (from: number, to: number): Examples => ({
    values: interleaved(values, from, to),
    labels: labels.slice(from, to),
  });
  return {
    name,
    example: [inputs.length],
    classes: classes.names,
    train: part(0, train),
    test: part(train, order.length),
    table: {
      inputs,
      label: label.name,
      leftOut: leftOut.map((it) => it.name),
      rowsWithGaps: rows - kept.length,
      shuffled: true,
    },
  };
}

/** Where a complaint can point to: rows by their line, and which of them count. */
interface Place {
  readonly name: string;
  readonly lines: readonly number[];
  readonly kept: readonly number[];
}

function wholeRows({ lines }: Columns, columns: readonly Column[]): readonly number[] {
  const rows = Array.from(lines.keys());
  return rows.filter((row) => columns.every((it) => !isGap(it.cells[row])));
}

function missing(features: readonly Column[], label: Column, kept: number, rows: number): string {
  const emptiest = [...features, label]
    .map(({ name, cells }) => ({ name, count: cells.filter(isGap).length }))
    .reduce((a, b) => (b.count > a.count ? b : a));
  return (
    `has missing cells in ${rows - kept} of ${rows} rows, which leaves less than half. The column ` +
    `“${emptiest.name}” misses most, ${emptiest.count}: fill it or remove it.`
  );
}

interface Classes {
  readonly names: readonly string[];
  /** By the label as written. */
  readonly numberOf: ReadonlyMap<string, number>;
}

function classesOf(label: Column, { name, kept }: Place): Classes | Unreadable {
  const written = new Map(kept.map((row) => [label.cells[row] ?? "", label.numbers[row] ?? Number.NaN]));
  const areNumbers = !Array.from(written.values()).some(Number.isNaN);
  const names = areNumbers
    ? [...new Set(written.values())].toSorted((a, b) => a - b).map(String)
    : [...written.keys()].toSorted(byCodeUnits);
  const no = (why: string): Unreadable => ({ refused: `${name}: the column “${label.name}” ${why}` });
  if (names.length < 2)
    return no(
      `holds one class only, ${JSON.stringify(names[0])}. Training needs two; name the column of classes “label”.`,
    );
  if (names.length > mostClasses || names.length * 2 > kept.length)
    return no(
      `should hold the classes, and has ${names.length} different values in ${kept.length} rows. ` +
        `Classes need two rows each and are at most ${mostClasses}; name the column of classes “label”.`,
    );
  const places = new Map(names.map((it, index) => [it, index]));
  const placeOf = ([cell, number]: [string, number]): number =>
    places.get(areNumbers ? String(number) : cell) ?? 0;
  return { names, numberOf: new Map([...written].map((it) => [it[0], placeOf(it)])) };
}

interface MadeInput {
  readonly input: TableInput;
  /** In the order of the examples. */
  readonly values: Float64Array;
}

function inputsOf(
  column: Column,
  place: Place,
  order: readonly number[],
  train: number,
): readonly MadeInput[] | Unreadable {
  const { kept } = place;
  const odd = kept.filter((row) => Number.isNaN(column.numbers[row]));
  if (odd.length * 2 > kept.length) return wordInputs(column, place, order);
  const [first] = odd;
  if (first !== undefined)
    return refuseCell(
      place,
      first,
      column,
      `is no number, as ${kept.length - odd.length} others in this column are. Correct the cell or leave it empty.`,
    );
  const raw = Float64Array.from(order, (row) => column.numbers[row] ?? 0);
  const { mean, deviation } = spreadOf(raw.subarray(0, train));
  const values = raw.map((it) => (deviation === 0 ? 0 : (it - mean) / deviation));
  const far = values.findIndex((it) => !(Math.abs(it) <= farthest));
  if (far >= 0)
    return refuseCell(
      place,
      order[far] ?? 0,
      column,
      "lies more than 1,000,000 deviations from the others. Correct the cell or leave it empty.",
    );
  return [{ input: { name: column.name, mean, deviation, standardised: true }, values }];
}

/** One input for each text. */
function wordInputs(
  column: Column,
  place: Place,
  order: readonly number[],
): readonly MadeInput[] | Unreadable {
  const words = [...new Set(place.kept.map((row) => column.cells[row] ?? ""))].toSorted(byCodeUnits);
  if (words.length > mostWords)
    return refuseCell(
      place,
      place.kept[0] ?? 0,
      column,
      `is text, and the column holds ${words.length} different ones; a network takes numbers, or at most ${mostWords} texts as one input each. Remove the column.`,
    );
  return words.map((word) => ({
    input: { name: `${column.name} = ${word}`, mean: 0, deviation: 1, standardised: false },
    values: Float64Array.from(order, (row) => (column.cells[row] === word ? 1 : 0)),
  }));
}

/** Of a column whose values are all one, the deviation is 0 exactly, which rounding would hide. */
function spreadOf(values: Float64Array): { readonly mean: number; readonly deviation: number } {
  const [first = 0] = values;
  if (values.every((it) => it === first)) return { mean: first, deviation: 0 };
  const mean = values.reduce((sum, it) => sum + it / values.length, 0);
  const variance = values.reduce((sum, it) => sum + (it - mean) ** 2 / values.length, 0);
  return { mean, deviation: Math.sqrt(variance) };
}

function refuseCell(
  { name, lines }: Place,
  row: number,
  { name: column, cells }: Column,
  why: string,
): Unreadable {
  const met = cells[row] ?? "";
  const shown = met.length > 40 ? `${met.slice(0, 39)}…` : met;
  return { refused: `${name}, line ${lines[row]}, column “${column}”: “${shown}” ${why}` };
}

function interleaved(columns: readonly Float64Array[], from: number, to: number): Float32Array {
  const values = new Float32Array((to - from) * columns.length);
  for (const [index, column] of columns.entries())
    for (let row = from; row < to; row++) values[(row - from) * columns.length + index] = column[row] ?? 0;
  return values;
}

const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const countOf = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;
const cells = (row: readonly string[] | undefined): string => countOf(row?.length ?? 0, "cell");
