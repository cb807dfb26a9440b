import fc from "fast-check";
import { strToU8 } from "fflate";
import { expect, test } from "vitest";
import { type Csv, type Delimiter, numberIn, readCsv } from "./csv.ts";

const read = (text: string): Csv => {
  const csv = readCsv(strToU8(text), "t.csv");
  if ("refused" in csv) throw new Error(csv.refused);
  return csv;
};

test.each([
  [
    "commas",
    "a,b\n1,2\n",
    [
      ["a", "b"],
      ["1", "2"],
    ],
  ],
  [
    "semicolons, though commas stand in numbers",
    "a;b\n1,5;2",
    [
      ["a", "b"],
      ["1,5", "2"],
    ],
  ],
  [
    "tabs, though the rest stands in cells",
    "a;,\tb\n\t2",
    [
      ["a;,", "b"],
      ["", "2"],
    ],
  ],
  [
    "a byte order mark, CR LF",
    "\uFEFFa,b\r\n1,2\r\n",
    [
      ["a", "b"],
      ["1", "2"],
    ],
  ],
  [
    "CR alone",
    "a,b\r1,2\r",
    [
      ["a", "b"],
      ["1", "2"],
    ],
  ],
  [
    "quotes",
    '"a, b","say ""hi"""\n" x ",y',
    [
      ["a, b", 'say "hi"'],
      ["x", "y"],
    ],
  ],
  [
    "a line inside quotes",
    '"a\nb",c\n1,2',
    [
      ["a\nb", "c"],
      ["1", "2"],
    ],
  ],
  ["a quote inside a bare cell", '5" pipe,b', [['5" pipe', "b"]]],
  ["blanks around cells, quoted or not", ' a , "b" \n', [["a", "b"]]],
  [
    "empty lines and rows of delimiters",
    "\n  \na,b\n,\n\n1,2\n\n",
    [
      ["a", "b"],
      ["1", "2"],
    ],
  ],
  ["a delimiter in the quotes of the first line", '"a;b",c\n', [["a;b", "c"]]],
  ["empty cells at the ends", ",b,\n", [["", "b", ""]]],
  ["nothing", "", []],
])("reads %s", (_, text, rows) => {
  expect(read(text).rows).toEqual(rows);
});

test("each row knows its line", () => {
  expect(read('a,b\r\n\r\n"x\r\ny",1\r\nz,2').lines).toEqual([1, 3, 5]);
});

test.each([
  [
    "a quote never closed",
    'a,b\n1,"2\n3',
    "t.csv, line 2: a quote is opened here and never closed. Close it or remove it.",
  ],
  [
    "a quote closed too early",
    'a,"b"c\n',
    't.csv, line 1: behind a closing quote stands "c". Write quotes inside a cell twice.',
  ],
  [
    "a zero",
    "a,b\n1,\0",
    "t.csv is not UTF-8 text: see line 2. Save it as CSV (UTF-8) and choose that file.",
  ],
])("refuses %s", (_, text, refused) => {
  expect(readCsv(strToU8(text), "t.csv")).toEqual({ refused });
});

test.each([
  ["Latin-1", [0x61, 0x2c, 0xe4, 0x0a], "is not UTF-8 text: see line 1."],
  ["UTF-16", [0xff, 0xfe, 0x61, 0], "is UTF-16 text."],
  ["a spreadsheet", [0x50, 0x4b, 3, 4, 0], "is a spreadsheet or a zip file, not text."],
  ["gzip", [0x1f, 0x8b, 8], "is a gzip file, not text."],
])("refuses %s", (_, bytes, why) => {
  expect(readCsv(Uint8Array.from(bytes), "t.csv")).toEqual({
    refused: `t.csv ${why} Save it as CSV (UTF-8) and choose that file.`,
  });
});

test.each([
  ["1", 1],
  ["-1.5e3", -1500],
  ["+.5", 0.5],
  ["2.", 2],
  ["1,5", undefined],
  ["", undefined],
  [".", undefined],
  ["0x10", undefined],
  ["1 000", undefined],
  ["Infinity", undefined],
  ["1e101", undefined],
])("%j is the number %s", (cell, number) => {
  expect(numberIn(cell, false)).toBe(number);
});

test("with decimal commas a comma is a point, one at most", () => {
  expect(["1,5", "1.5", "1.234,5", "1,2,3"].map((it) => numberIn(it, true))).toEqual([
    1.5,
    1.5,
    undefined,
    undefined,
  ]);
});

const delimiters: readonly Delimiter[] = [",", ";", "\t"];
const cell = fc.string({ unit: fc.constantFrom("a", "1", ",", ";", "\t", '"', "\n", "\r", " ", "é") });

test("what is written by the rules is read back", () => {
  const quote = (it: string): string => `"${it.replaceAll('"', '""')}"`;
  fc.assert(
    fc.property(
      fc.constantFrom(...delimiters),
      fc.constantFrom("\n", "\r\n", "\r"),
      fc
        .integer({ min: 2, max: 4 })
        .chain((width) =>
          fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 5 }),
        ),
      (delimiter, ending, rows) => {
        const written = [rows[0]?.map((_, index) => `c${index}`) ?? [], ...rows];
        const csv = read(written.map((row) => row.map(quote).join(delimiter)).join(ending));
        const kept = written
          .map((row) => row.map((it) => it.trim()))
          .filter((row) => row.some((it) => it !== ""));
        expect(csv.delimiter).toBe(delimiter);
        expect(csv.rows).toEqual(kept);
      },
    ),
    { seed: 1, numRuns: 500 },
  );
});

test("any bytes are read or refused, never thrown at", () => {
  const byte = fc.oneof(fc.constantFrom(...strToU8('ab1,;\t"\r\n .')), fc.integer({ min: 0, max: 255 }));
  fc.assert(
    fc.property(fc.array(byte, { maxLength: 60 }), (bytes) => {
      const csv = readCsv(Uint8Array.from(bytes), "t.csv");
      if ("refused" in csv) expect(csv.refused).toMatch(/^t\.csv.*\.$/);
      else expect(csv.lines).toHaveLength(csv.rows.length);
    }),
    { seed: 1, numRuns: 2000 },
  );
});
