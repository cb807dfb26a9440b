import fc from "fast-check";
import { strToU8 } from "fflate";
import { expect, test } from "vitest";
import { permutation } from "../nodes/random.ts";
import type { Dataset } from "./dataset.ts";
import { readTable } from "./table.ts";

const read = (text: string): Dataset => {
  const made = readTable(strToU8(text), "t.csv");
  if ("refused" in made) throw new Error(made.refused);
  return made;
};
const refusal = (text: string): string => {
  const made = readTable(strToU8(text), "t.csv");
  return "refused" in made ? made.refused : "accepted";
};

/** A header and `count` rows, each from its number. */
const rows = (head: string, count: number, row: (index: number) => string): string =>
  `${head}\n${Array.from({ length: count }, (_, index) => row(index)).join("\n")}\n`;
const inputsOf = (made: Dataset): readonly string[] => made.table?.inputs.map((it) => it.name) ?? [];

const simple = rows("a,b,kind", 20, (it) => `${(it * it) % 7},${it % 2},${it % 2 ? "odd" : "even"}`);

test("rows are shuffled with seed 1, the last 15 % test", () => {
  const made = read(simple);
  const order = [...permutation(20, 1)];
  expect(made.example).toEqual([2]);
  expect(made.classes).toEqual(["even", "odd"]);
  expect([...made.train.labels, ...made.test.labels]).toEqual(order.map((it) => it % 2));
  expect(made.train.labels).toHaveLength(17);
});

test("numbers have mean 0 and deviation 1 in the training part, and the cell can be told from them", () => {
  const made = read(simple);
  const order = permutation(20, 1);
  for (const [column, input] of (made.table?.inputs ?? []).entries()) {
    const own = [...made.train.values].filter((_, at) => at % 2 === column);
    const mean = own.reduce((sum, it) => sum + it, 0) / own.length;
    expect(mean).toBeCloseTo(0, 6);
    expect(own.reduce((sum, it) => sum + (it - mean) ** 2, 0) / own.length).toBeCloseTo(1, 5);
    const cells = Array.from(order, (it) => (column === 0 ? (it * it) % 7 : it % 2));
    const told = [...made.train.values, ...made.test.values]
      .filter((_, at) => at % 2 === column)
      .map((it) => it * input.deviation + input.mean);
    for (const [at, it] of told.entries()) expect(it).toBeCloseTo(cells[at] ?? Number.NaN, 5);
  }
});

test("a column of one value stays 0, even where rounding would not", () => {
  const made = read(rows("a,b,kind", 20, (it) => `0.1,${(it * 3) % 5},${it % 2}`));
  expect([...made.train.values].filter((_, at) => at % 2 === 0)).toEqual(new Array(17).fill(0));
});

test("text of few values becomes one input each, 0 or 1", () => {
  const made = read(
    rows("a,colour,kind", 20, (it) => `${(it * 3) % 5},${["red", "blue"][it % 2]},${it % 3}`),
  );
  expect(inputsOf(made)).toEqual(["a", "colour = blue", "colour = red"]);
  for (let at = 0; at < made.train.values.length; at += 3)
    expect([...made.train.values.subarray(at + 1, at + 3)].toSorted()).toEqual([0, 1]);
});

test.each([
  ["the last column", "a,b,kind", "kind"],
  ["a name that says so", "a,Species,b", "Species"],
  ["the best of two such names", "target,class,b", "class"],
])("the classes stand in %s", (_, head, label) => {
  expect(read(rows(head, 20, (it) => `${it % 3},${it % 4},${it % 5}`)).table?.label).toBe(label);
});

test.each([
  ["words over numbers", rows("a,b,kind", 12, (it) => `${it % 5},2,${it % 2}`), ["a", "b"]],
  [
    "words only",
    rows("a,b,kind", 12, (it) => `${it % 2 ? "x" : "y"},u,${it % 2 ? "p" : "q"}`),
    ["a = x", "a = y", "b = u"],
  ],
  [
    "numbers as names, and one that says label",
    rows("0,1,label", 12, (it) => `${it % 5},2,${it % 2 ? "p" : "q"}`),
    ["0", "1"],
  ],
  [
    "numbers as names, and a word over numbers",
    rows("0,1,digit", 12, (it) => `${it % 5},2,${it % 2}`),
    ["0", "1"],
  ],
  ["none", rows("5.1,2,p", 12, (it) => `${it % 5},2,${it % 2 ? "p" : "q"}`), ["column 1", "column 2"]],
  ["an empty name", rows("a,,kind", 12, (it) => `${it % 5},2,${it % 2}`), ["a", "column 2"]],
])("reads a header of %s", (_, text, names) => {
  expect(inputsOf(read(text))).toEqual(names);
});

test("a column that counts the rows is left out, and one without any value", () => {
  const made = read(rows(",a,empty,kind,", 20, (it) => `${it},${it % 7},NA,${it % 2},`));
  expect(inputsOf(made)).toEqual(["a"]);
  expect(made.table).toMatchObject({ label: "kind", leftOut: ["column 1"] });
});

test("rows with a missing cell are left out and counted", () => {
  const marks = ["", "?", "NA", "n/a", "NaN", "NULL"];
  const made = read(rows("a,b,kind", 30, (it) => `${it < 6 ? marks[it] : it % 7},${it % 5},${it % 2}`));
  expect(made.table?.rowsWithGaps).toBe(6);
  expect(made.train.labels.length + made.test.labels.length).toBe(24);
});

test("labels that are numbers sort by value, text by letters; 1 and 1.0 are one class", () => {
  const numbers = ["10", "9", "1.0", "1"];
  expect(read(rows("a,kind", 20, (it) => `${it % 7},${numbers[it % 4]}`)).classes).toEqual(["1", "9", "10"]);
  const words = ["b", "10", "9", "B"];
  expect(read(rows("a,kind", 20, (it) => `${it % 7},${words[it % 4]}`)).classes).toEqual([
    "10",
    "9",
    "B",
    "b",
  ]);
});

test("with semicolons a comma is a decimal point", () => {
  const made = read(rows("a;kind", 20, (it) => `${it % 2},5;${it % 2}`));
  expect(made.table?.inputs[0]?.mean).toBeCloseTo(1, 0);
  expect(made.table?.inputs[0]?.deviation).toBeCloseTo(0.5, 1);
});

test.each([
  ["", "t.csv holds no data: it needs a header, and one row for each example."],
  ["a,b\n", "t.csv holds no data: it needs a header, and one row for each example."],
  [
    "a,b\n1,2\n3,4,5\n",
    "t.csv, line 3: 3 cells, but 2 cells in the first row. Give every row as many; a delimiter inside a cell needs quotes around the cell.",
  ],
  [
    rows("kind", 12, (it) => String(it % 2)),
    "t.csv has no column to learn from beside “kind”. It needs one column of numbers at least.",
  ],
  [
    rows("a,kind", 7, (it) => `${it % 3},${it % 2}`),
    "t.csv has 7 rows without missing cells: 10 are the least.",
  ],
  [
    rows("a,b,kind", 30, (it) => `${it < 18 ? "?" : it % 7},${it === 20 ? "" : 1},${it % 2}`),
    "t.csv has missing cells in 19 of 30 rows, which leaves less than half. The column “a” misses most, 18: fill it or remove it.",
  ],
  [
    rows("a,kind", 12, (it) => `${it % 7},same`),
    't.csv: the column “kind” holds one class only, "same". Training needs two; name the column of classes “label”.',
  ],
  [
    rows("a,price", 12, (it) => `${it % 7},${it}.5`),
    "t.csv: the column “price” should hold the classes, and has 12 different values in 12 rows. Classes need two rows each and are at most 256; name the column of classes “label”.",
  ],
  [
    rows("a,kind", 12, (it) => `${it === 8 ? "12a" : it % 7},${it % 2}`),
    "t.csv, line 10, column “a”: “12a” is no number, as 11 others in this column are. Correct the cell or leave it empty.",
  ],
  [
    rows("name,kind", 24, (it) => `n${it},${it % 2}`),
    "t.csv, line 2, column “name”: “n0” is text, and the column holds 24 different ones; a network takes numbers, or at most 20 texts as one input each. Remove the column.",
  ],
])("refuses %j", (text, message) => {
  expect(refusal(text)).toBe(message);
});

test("refuses a test row that lies absurdly far away, by its line", () => {
  const test = permutation(20, 1)[19] ?? 0;
  expect(refusal(rows("a,kind", 20, (it) => `${it === test ? "1e30" : it % 7},${it % 2}`))).toBe(
    `t.csv, line ${test + 2}, column “a”: “1e30” lies more than 1,000,000 deviations from the others. Correct the cell or leave it empty.`,
  );
});

test("any table gives finite inputs and classes in range, or is refused in a sentence", () => {
  const cell = fc.oneof(
    fc.integer({ min: -3, max: 30 }).map(String),
    fc.double({ noNaN: true }).map(String),
    fc.constantFrom("", "?", "red", "blue", "NA", "1,5", '"x"', "1e99", "-1e100", "1e-300", "label"),
  );
  let accepted = 0;
  fc.assert(
    fc.property(
      fc.constantFrom(",", ";", "\t"),
      fc
        .integer({ min: 1, max: 4 })
        .chain((width) =>
          fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 4 }),
        ),
      fc.integer({ min: 1, max: 60 }),
      (delimiter, patterns, count) => {
        const width = patterns[0]?.length ?? 0;
        const text = rows(
          Array.from({ length: width + 1 }, (_, at) => `c${at}`).join(delimiter),
          count,
          (it) =>
            [...(patterns[it % patterns.length] ?? []), String(it % 2)].slice(-width - 1).join(delimiter),
        );
        const made = readTable(strToU8(text), "t.csv");
        if ("refused" in made) {
          expect(made.refused).toMatch(/^t\.csv[\s\S]*\.$/);
          return;
        }
        accepted++;
        const values = [...made.train.values, ...made.test.values];
        expect(values.every(Number.isFinite)).toBe(true);
        const labels = [...made.train.labels, ...made.test.labels];
        expect(values).toHaveLength(labels.length * (made.example[0] ?? 0));
        expect(labels.every((it) => it < made.classes.length)).toBe(true);
      },
    ),
    { seed: 1, numRuns: 600 },
  );
  expect(accepted).toBeGreaterThan(50);
});
