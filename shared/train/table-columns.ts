import { type Csv, numberIn } from "./csv.ts";

export interface Column {
  readonly name: string;
  /** As written, without the header. */
  readonly cells: readonly string[];
  /** Each cell's number, NaN where it is none. */
  readonly numbers: Float64Array;
}

export interface Columns {
  readonly columns: readonly Column[];
  /** The file's line of each row. */
  readonly lines: readonly number[];
}

/**
 * Names by which a column says that it holds the classes, the best first. Not y: beside an x it is a coordinate, and a
 * lone y stands last in any case.
 */
export const labelNames = ["label", "labels", "class", "target", "species", "category"] as const;
const gaps: ReadonlySet<string> = new Set(["", "?", "na", "n/a", "nan", "null"]);
/** Whether a cell is missing. The longest mark has four letters, and a table has millions of cells. */
export const isGap = (cell = ""): boolean => cell.length <= 4 && gaps.has(cell.toLowerCase());

/** The columns with anything in them, and their names. */
export function columnsOf(csv: Csv): Columns {
  const [first = [], ...others] = csv.rows;
  const headed = hasHeader(first, others, csv);
  const body = headed ? others : csv.rows;
  const columns = first.map((head, index): Column => {
    const cells = body.map((row) => row[index] ?? "");
    return {
      name: (headed && head) || `column ${index + 1}`,
      cells,
      numbers: Float64Array.from(cells, (it) => numberIn(it, csv.delimiter !== ",") ?? Number.NaN),
    };
  });
  return {
    columns: columns.filter((it) => !it.cells.every(isGap)),
    lines: headed ? csv.lines.slice(1) : csv.lines,
  };
}

function hasHeader(first: readonly string[], others: readonly (readonly string[])[], csv: Csv): boolean {
  const isNumber = (cell: string | undefined): boolean =>
    numberIn(cell ?? "", csv.delimiter !== ",") !== undefined;
  if (first.some((it) => labelNames.some((name) => name === it.toLowerCase()))) return true;
  if (!first.some(isNumber)) return true;
  return first.some(
    (head, index) =>
      !isGap(head) &&
      !isNumber(head) &&
      others.some((row) => isNumber(row[index])) &&
      others.every((row) => isNumber(row[index]) || isGap(row[index])),
  );
}

export function labelColumn(columns: readonly Column[]): Column | undefined {
  const byName = labelNames.flatMap((name) => columns.filter((it) => it.name.toLowerCase() === name));
  return byName[0] ?? columns.at(-1);
}

/** Whether a column holds 0, 1, 2, … or 1, 2, 3, … and so tells nothing but the order. */
export function countsRows({ numbers }: Column): boolean {
  const [from = Number.NaN] = numbers;
  return (from === 0 || from === 1) && numbers.every((it, row) => it === from + row);
}
