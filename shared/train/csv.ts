import { strFromU8 } from "fflate";
import type { Unreadable } from "./dataset.ts";

/** The cells of a CSV file. */
export interface Csv {
  readonly delimiter: Delimiter;
  /** Rows with anything in them, in the file's order; blanks around a cell are gone. */
  readonly rows: readonly (readonly string[])[];
  /** The line of the file, from 1, on which each row begins. */
  readonly lines: readonly number[];
}
export type Delimiter = "," | ";" | "\t";

const mostBytes = 128 * 2 ** 20;
/** A laptop holds as many short strings; 50,000 rows of 100 columns. */
const mostCells = 5_000_000;

/**
 * Reads comma-separated values (RFC 4180), UTF-8 with or without a byte order mark, lines ended by LF, CR LF or CR.
 * The first line with text decides the delimiter: a tab if it holds one outside quotes, else `;` if it holds one, else
 * `,`. Cells may stand in double quotes, which are doubled inside. Rows without any text are passed over.
 * Refuses, naming file and line: what is not UTF-8 text, quotes that never close or close too early, more than
 * 128 MiB or 5,000,000 cells.
 */
export function readCsv(bytes: Uint8Array, name: string): Csv | Unreadable {
  const no = (why: string): Unreadable => ({ refused: `${name} ${why}` });
  if (bytes.length > mostBytes)
    return no(
      `has ${Math.round(bytes.length / 2 ** 20)} MiB, and a table has at most 128 MiB. Use fewer rows.`,
    );
  const foreign = foreignKind(bytes);
  if (foreign) return no(`is ${foreign}. Save it as CSV (UTF-8) and choose that file.`);
  const text = strFromU8(bytes).replace(/^\uFEFF/, "");
  const strange = text.search(/[\0\uFFFD]/);
  if (strange >= 0)
    return no(
      `is not UTF-8 text: see line ${lineAt(text, strange)}. Save it as CSV (UTF-8) and choose that file.`,
    );
  const cells = createReader(text, delimiterOf(text));
  const rows: string[][] = [];
  const lines: number[] = [];
  for (let count = 0; !cells.ended(); ) {
    const { line } = cells;
    const row = cells.row();
    if ("refused" in row) return { refused: `${name}, ${row.refused}` };
    count += row.length;
    if (count > mostCells) return no("has more than 5,000,000 cells. Use fewer rows or columns.");
    if (row.every((it) => it === "")) continue;
    rows.push(row);
    lines.push(line);
  }
  return { delimiter: cells.delimiter, rows, lines };
}

/**
 * The number in a cell: `-1.5e3`, `.5`, `2.`; with `decimalComma` `1,5` as well. Undefined for anything else, also
 * for what lies beyond ±10¹⁰⁰, whose square a computer cannot hold.
 */
export function numberIn(cell: string, decimalComma: boolean): number | undefined {
  const written = decimalComma ? cell.replace(",", ".") : cell;
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(written)) return undefined;
  const number = Number(written);
  return Math.abs(number) <= 1e100 ? number : undefined;
}

function foreignKind([a, b, c, d]: Uint8Array): string | undefined {
  if (a === 0x50 && b === 0x4b && c === 3 && d === 4) return "a spreadsheet or a zip file, not text";
  if (a === 0x1f && b === 0x8b) return "a gzip file, not text";
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) return "UTF-16 text";
  return undefined;
}

function delimiterOf(text: string): Delimiter {
  const first = /^.*\S.*$/m.exec(text)?.[0] ?? "";
  const bare = first.replace(/"[^"]*"?/g, "");
  return bare.includes("\t") ? "\t" : bare.includes(";") ? ";" : ",";
}

interface Reader {
  readonly delimiter: Delimiter;
  /** The line, from 1, on which the next row begins. */
  readonly line: number;
  ended(): boolean;
  row(): string[] | Unreadable;
}

function createReader(text: string, delimiter: Delimiter): Reader {
  let at = 0;
  let line = 1;
  const isEnd = (letter: string | undefined): boolean =>
    letter === undefined || letter === delimiter || letter === "\n" || letter === "\r";
  const isBlank = (letter: string | undefined): boolean =>
    letter === " " || (letter === "\t" && delimiter !== "\t");

  function skipBlanks(): void {
    while (isBlank(text[at])) at++;
  }

  // Letter by letter would take several times as long.
  const inside = new RegExp(`[^${delimiter}\\r\\n]*`, "y");
  function bare(): string {
    const from = at;
    inside.lastIndex = from;
    inside.test(text);
    at = inside.lastIndex;
    return text.slice(from, at).trim();
  }

  function quoted(): string | Unreadable {
    const opened = line;
    let cell = "";
    for (let from = at + 1; ; from = at + 1) {
      at = text.indexOf('"', from);
      if (at < 0)
        return { refused: `line ${opened}: a quote is opened here and never closed. Close it or remove it.` };
      const piece = text.slice(from, at);
      line += linesIn(piece);
      cell += piece;
      at++;
      if (text[at] !== '"') break;
      cell += '"';
    }
    skipBlanks();
    if (isEnd(text[at])) return cell.trim();
    return {
      refused: `line ${line}: behind a closing quote stands ${JSON.stringify(text[at])}. Write quotes inside a cell twice.`,
    };
  }

  return {
    delimiter,
    get line() {
      return line;
    },
    ended: () => at >= text.length,
    row() {
      const row: string[] = [];
      for (;;) {
        skipBlanks();
        const cell = text[at] === '"' ? quoted() : bare();
        if (typeof cell !== "string") return cell;
        row.push(cell);
        if (text[at] !== delimiter) break;
        at++;
      }
      at += text[at] === "\r" && text[at + 1] === "\n" ? 2 : 1;
      line++;
      return row;
    },
  };
}

const linesIn = (text: string): number => text.match(/\r\n|\r|\n/g)?.length ?? 0;
const lineAt = (text: string, at: number): number => 1 + linesIn(text.slice(0, at));
