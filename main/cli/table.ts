export interface Column {
  readonly title: string;
  /** Numbers stand at the right, so that their digits line up. */
  readonly right?: boolean;
}

/** Rows under titles, columns two spaces apart; every line ends without spaces. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const lines = [columns.map((it) => it.title), ...rows];
  const widths = columns.map((_, column) => Math.max(...lines.map((it) => lengthOf(it[column] ?? ""))));
  return lines
    .map((line) =>
      columns
        .map(({ right }, column) => {
          const cell = line[column] ?? "";
          const space = " ".repeat((widths[column] ?? 0) - lengthOf(cell));
          return right ? space + cell : cell + space;
        })
        .join("  ")
        .trimEnd(),
    )
    .map((it) => `${it}\n`)
    .join("");
}

/** In characters, not in UTF-16 units. */
const lengthOf = (text: string): number => [...text].length;
