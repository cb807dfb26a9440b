import { expect, test } from "vitest";
import { spirals } from "./spirals.ts";
import { tableNotes } from "./table-notes.ts";

const input = (name: string, deviation: number, standardised = true) => ({
  ...{ name, mean: 0, deviation, standardised },
});

test("says what was done to a table, and nothing that was not", () => {
  const plain = { inputs: [input("a", 2)], label: "kind", leftOut: [], rowsWithGaps: 0, shuffled: true };
  expect(tableNotes(plain)).toEqual([
    "Classes come from the column “kind”.",
    "Numbers are standardised: minus the mean of the training rows, divided by their deviation.",
    "Rows are shuffled once; the last 15 % test.",
  ]);
  expect(
    tableNotes({
      ...plain,
      inputs: [input("a", 2), input("b", 0), input("c = x", 1, false), input("c = y", 1, false)],
      leftOut: ["id", "row"],
      rowsWithGaps: 3,
    }).slice(1, -1),
  ).toEqual([
    "Numbers are standardised: minus the mean of the training rows, divided by their deviation; “b” never changes and stays 0.",
    "2 inputs stand for texts: 1 where a row has this text, else 0.",
    "Left out: “id” and “row”, which only count the rows.",
    "Left out: 3 rows with missing cells.",
  ]);
  const { table } = spirals();
  expect(table && tableNotes(table)).toEqual(["Classes come from the column “arm”."]);
});
