import { grouped } from "../figures.ts";
import { inOneLine } from "../keras-program.ts";
import type { Subject } from "../subject.ts";
import { type Cell, firstFigure, tableCells } from "./cells.ts";

/**
 * The layer table as a LaTeX float with rules of the package booktabs and nothing else. Any pdfLaTeX since 2018, whose
 * default is UTF-8, takes it; a title in letters that its font lacks needs XeLaTeX or LuaLaTeX.
 */
export function latex(subject: Subject): string {
  const { headings, rows, totals } = tableCells(subject);
  const title = inOneLine(subject.title);
  const columns = headings.map((_, column) => (column < firstFigure ? "l" : "r")).join("");
  const lines = [
    "% The preamble needs \\usepackage{booktabs}.",
    "\\begin{table}",
    "  \\centering",
    "  \\small",
    `  \\caption{Layers of ${escaped(title)}. Shapes are height $\\times$ width $\\times$ channels; multiply-adds are those of one example.}`,
    `  \\label{tab:${labelOf(title)}}`,
    `  \\begin{tabular}{@{}${columns}@{}}`,
    "    \\toprule",
    `    ${row(headings.map(escaped))}`,
    "    \\midrule",
    ...rows.map(
      ([id = "", ...rest]) => `    ${row([`\\texttt{${escaped(String(id))}}`, ...rest.map(written)])}`,
    ),
    "    \\midrule",
    `    ${row(totals.map(written))}`,
    "    \\bottomrule",
    "  \\end{tabular}",
    "\\end{table}",
  ];
  return `${lines.join("\n")}\n`;
}

const row = (cells: readonly string[]): string => `${cells.join(" & ")} \\\\`;

const written = (cell: Cell): string => (typeof cell === "number" ? grouped(cell) : escaped(cell));

const commands: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "{": "\\{",
  "}": "\\}",
  $: "\\$",
  "&": "\\&",
  "#": "\\#",
  "%": "\\%",
  _: "\\_",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  "<": "\\textless{}",
  ">": "\\textgreater{}",
  "|": "\\textbar{}",
  '"': "\\symbol{34}",
  "×": "$\\times$",
  "·": "$\\cdot$",
  "−": "$-$",
  "→": "$\\rightarrow$",
  "…": "\\ldots{}",
};

const escaped = (text: string): string => text.replace(/[\\{}$&#%_~^<>|"×·−→…]/g, (it) => commands[it] ?? it);

/** Letters and digits alone, since packages make others active. */
const labelOf = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "") || "layers";
