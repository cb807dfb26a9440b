import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { strToU8 } from "fflate";
import { afterAll, expect, test } from "vitest";
import { readTable } from "../train/table.ts";
import { pythonTable } from "./python/table.ts";
import { rTable } from "./r/table.ts";

const python = ["python3", "python"].find((it) => spawnSync(it, ["-c", "import numpy"]).status === 0);
const rscript = spawnSync("Rscript", ["--version"]).status === 0 ? "Rscript" : undefined;
if (!python) console.warn("No Python with NumPy here: exported Python programs read no tables.");
if (!rscript) console.warn("No R here: exported R programs read no tables.");

const folder = mkdtempSync(join(tmpdir(), "tables-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const written = (count: number, row: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => row(index)).join("");
const colours = ["red", "blue", "NA", "green", "red", " blue", "blue"];

// Between them: every delimiter, header and label rule, quotes, marks, numbers counted, constants, classes by value.
const tables: Readonly<Record<string, string>> = {
  "semicolons.csv": `\uFEFFId;a;b b;c;colour;kind\r\n${written(
    40,
    (it) =>
      `${it + 1};${(it * 7) % 13},5;"x ""${it % 3}"" ;";4;${colours[it % 7]};${it % 2 ? "yes" : "no"}\r\n${it % 9 ? "" : "\r\n"}`,
  )}`,
  "bare.csv": written(
    40,
    (it) => `${Math.sin(it) * 1e3},${it % 4},red ,${it % 5 === 0 ? "?" : -it * it},${(it % 3) + 8}\n`,
  ),
  "tabs.tsv": `\tClass\tempty\t0\n${written(30, (it) => `${it}\t${it % 4 ? "1.0" : "20"}\t\t${(it * it) % 11}e-2\n`)}`,
};

function numbersOf(name: string): readonly number[] {
  const made = readTable(strToU8(tables[name] ?? ""), name);
  if ("refused" in made) throw new Error(made.refused);
  const { train, test } = made;
  return [...train.values, ...test.values, ...train.labels, ...test.labels];
}

function expectSame(printed: string, name: string): void {
  const read = printed.trim().split(/\s+/).map(Number);
  const ours = numbersOf(name);
  expect(read).toHaveLength(ours.length);
  for (const [at, it] of read.entries()) expect(it).toBeCloseTo(ours[at] ?? Number.NaN, 5);
}

test.runIf(python).each(Object.keys(tables))("Python reads %s as the app does", (name) => {
  const path = join(folder, name);
  writeFileSync(path, tables[name] ?? "");
  const program = [
    "import csv",
    "import re",
    "from pathlib import Path",
    "import numpy as np",
    ...pythonTable(path),
    "print(*train_images.ravel(), *test_images.ravel(), *train_labels, *test_labels)",
  ];
  expectSame(execFileSync(python ?? "", ["-c", program.join("\n")], { encoding: "utf8" }), name);
});

test.runIf(rscript).each(Object.keys(tables))("R reads %s as the app does", (name) => {
  const path = join(folder, name);
  writeFileSync(path, tables[name] ?? "");
  const program = join(folder, "table.r");
  writeFileSync(program, [...rTable(path), "cat(t(train$x), t(test$x), train$y, test$y)"].join("\n"));
  expectSame(execFileSync(rscript ?? "", [program], { encoding: "utf8" }), name);
});
