import { expect, test } from "vitest";
import { kinds } from "../../nodes/index.ts";
import { show } from "../../nodes/shape.ts";
import { grouped } from "../figures.ts";
import { goldenSubjects, subjectOf } from "../golden-subjects.ts";
import type { Subject } from "../subject.ts";
import { csv, harmless } from "./csv.ts";
import { latex } from "./latex.ts";
import { markdown } from "./markdown.ts";

const subjects = Object.values(goldenSubjects);
const hostile = '<b>|`*x*_\\input{a}% 50 $ & #1 ~^ "q" {\n=1+1}';

/** What each format must say, worked out from the plan alone. */
function expected({ plan }: Subject, number: (it: number) => string): readonly (readonly string[])[] {
  const layers = plan.steps.map((it) => [
    it.node.id,
    it.kind.title,
    it.kind.notation(it.values),
    show(it.output),
    number(it.parameters),
    number(it.trainable),
    number(it.macs),
    show(it.receptiveField),
  ]);
  const { parameters, trainable, macs, receptiveField } = plan.totals;
  const figures = [parameters, trainable, macs].map(number);
  return [...layers, ["Total", "", "", "", ...figures, show(receptiveField)]];
}

test("the designs below use every kind", () => {
  const used = new Set(subjects.flatMap(({ plan }) => plan.steps.map((it) => it.kind.name)));
  expect(Object.keys(kinds).filter((it) => !used.has(it))).toEqual([]);
});

test("CSV reads back as the plan says", () => {
  for (const subject of subjects) {
    const [headings, ...records] = readCsv(csv(subject));
    expect(headings).toHaveLength(8);
    expect(records).toEqual(expected(subject, String));
  }
});

test("CSV fields run nothing", () => {
  for (const it of ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"]) expect(harmless(it)).toBe(`'${it}`);
  expect(harmless("8 · 5×5")).toBe("8 · 5×5");
});

test("Markdown reads back as the plan says, its columns under each other", () => {
  for (const subject of subjects) {
    const [, , ...lines] = markdown(subject).trimEnd().split("\n");
    expect(new Set(lines.map((it) => [...it].length)).size).toBe(1);
    const [headings, ruler, ...rows] = lines.map(readMarkdownRow);
    expect(headings).toHaveLength(8);
    expect(ruler?.map((it) => it.endsWith(":"))).toEqual([...Array(4).fill(false), ...Array(4).fill(true)]);
    expect(rows).toEqual(expected(subject, grouped));
  }
});

test("LaTeX reads back as the plan says", () => {
  for (const subject of subjects) {
    const { caption, rows } = readLatex(latex(subject));
    expect(caption).toContain(`Layers of ${subject.title}.`);
    expect(rows[0]).toHaveLength(8);
    expect(rows.slice(1)).toEqual(expected(subject, grouped));
  }
});

test("a hostile title stays a text", () => {
  const subject = { ...(subjects[0] ?? subjectOf("none", [])), title: hostile };
  const title = hostile.replace("\n", " ");
  expect(readLatex(latex(subject)).caption).toContain(`Layers of ${title}.`);
  const [heading = ""] = markdown(subject).split("\n");
  expect(heading.slice(2, -2).replace(/\\([!-/:-@[-`{-~])/g, "$1")).toBe(title);
  expect(heading.slice(2, -2).replace(/\\[!-/:-@[-`{-~]/g, "")).not.toMatch(/[*_`<>|[\]]/);
});

/** RFC 4180's grammar: records end with CR LF, fields may be quoted, quotes inside are doubled. */
function readCsv(text: string): readonly (readonly string[])[] {
  const records: string[][] = [];
  let record: string[] = [];
  const rest = text.replace(/("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n)/gy, (_, written: string, end: string) => {
    record.push(written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : written);
    if (end === "\r\n") {
      records.push(record);
      record = [];
    }
    return "";
  });
  expect(rest).toBe("");
  return records;
}

function readMarkdownRow(line: string): readonly string[] {
  expect(line).toMatch(/^\| .* \|$/);
  return line
    .slice(2, -2)
    .split(/ \| /)
    .map((it) =>
      it
        .trim()
        .replace(/^`(.*)`$|^\*\*(.*)\*\*$/, "$1$2")
        .replace(/\\([!-/:-@[-`{-~])/g, "$1"),
    );
}

const signs: Readonly<Record<string, string>> = {
  textbackslash: "\\",
  textasciitilde: "~",
  textasciicircum: "^",
  textless: "<",
  textgreater: ">",
  textbar: "|",
  times: "×",
  cdot: "·",
  rightarrow: "→",
};

/** Undoes TeX: commands of one letter or a word, groups, and mathematics with one command in it. */
function plain(tex: string): string {
  expect(tex.replace(/\\[{}$&#%_]/g, "")).not.toMatch(/[#%_&]/);
  return tex
    .replace(/\\texttt\{((?:\\.|[^{}])*)\}/g, "$1")
    .replace(/\\symbol\{34\}/g, '"')
    .replace(/\\([a-z]+)\{\}/g, (_, name) => signs[name] ?? "?")
    .replace(/\$\\([a-z]+)\$/g, (_, name) => signs[name] ?? "?")
    .replace(/\$-\$/g, "−")
    .replace(/\\([{}$&#%_])/g, "$1");
}

function readLatex(text: string): {
  readonly caption: string;
  readonly rows: readonly (readonly string[])[];
} {
  const open: string[] = [];
  for (const [, what, name = ""] of text.matchAll(/\\(begin|end)\{(\w+)\}/g))
    if (what === "begin") open.push(name);
    else expect(open.pop()).toBe(name);
  expect(open).toEqual([]);
  const [, caption = ""] = /^ {2}\\caption\{(.*)\}$/m.exec(text) ?? [];
  const rows = [...text.matchAll(/^ {4}(.*) \\\\$/gm)].map(([, line = ""]) =>
    line.split(" & ").map((it) => plain(it)),
  );
  return { caption: plain(caption), rows };
}
