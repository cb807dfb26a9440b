import type { Subject } from "../subject.ts";
import { type Cell, tableCells } from "./cells.ts";

/**
 * The layer table as comma-separated values: a heading, a record per layer, one for the totals; UTF-8, lines end with
 * CR LF, numbers are plain digits (RFC 4180, section 2).
 */
export function csv(subject: Subject): string {
  const { headings, rows, totals } = tableCells(subject);
  return [headings, ...rows, totals].map((it) => `${it.map(field).join(",")}\r\n`).join("");
}

function field(cell: Cell): string {
  if (typeof cell === "number") return String(cell);
  const text = harmless(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Spreadsheets run what begins with one of these signs as a formula (OWASP, "CSV Injection"); an apostrophe makes it text. */
export const harmless = (text: string): string => (/^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text);
