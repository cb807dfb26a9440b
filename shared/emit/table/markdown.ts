import { grouped } from "../figures.ts";
import { inOneLine } from "../keras-program.ts";
import type { Subject } from "../subject.ts";
import { type Cell, firstFigure, tableCells } from "./cells.ts";

/**
 * The layer table in Markdown (GitHub Flavored Markdown, "Tables"), with its columns aligned in the source too: counted in
 * code points, as editors with a fixed pitch show them.
 */
export function markdown(subject: Subject): string {
  const { headings, rows, totals } = tableCells(subject);
  const lines = [
    headings,
    ...rows.map((row) => row.map((cell, column) => (column === 0 ? `\`${cell}\`` : written(cell)))),
    totals.map((cell) => bold(written(cell))),
  ];
  const widths = headings.map((_, column) => Math.max(3, ...lines.map((it) => lengthOf(it[column] ?? ""))));
  const ruler = widths.map((it, column) => (isFigure(column) ? `${"-".repeat(it - 1)}:` : "-".repeat(it)));
  const [heading = [], ...body] = lines.map((it) => it.map((cell, column) => padded(cell, column)));
  const table = [heading, ruler, ...body].map((it) => `| ${it.join(" | ")} |\n`).join("");
  return `**${escaped(inOneLine(subject.title))}**\n\n${table}`;

  function padded(cell: string, column: number): string {
    const space = " ".repeat((widths[column] ?? 0) - lengthOf(cell));
    return isFigure(column) ? space + cell : cell + space;
  }
}

const isFigure = (column: number): boolean => column >= firstFigure;

const written = (cell: Cell): string => (typeof cell === "number" ? grouped(cell) : escaped(cell));

const bold = (text: string): string => (text ? `**${text}**` : "");

/** Every ASCII punctuation mark may stand behind a backslash (CommonMark, 2.4); these have a meaning. */
const escaped = (text: string): string => text.replace(/[\\`*_{}[\]<>#|&~!]/g, "\\$&");

const lengthOf = (text: string): number => [...text].length;
