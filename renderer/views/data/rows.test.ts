import { expect, it } from "vitest";
import { summarise } from "../../../shared/train/load-dataset.ts";
import { readTable } from "../../../shared/train/table.ts";
import { cellText, rowsOf, scaleOf } from "./rows.ts";

it("shows the cells of the file again", () => {
  const lines = Array.from(
    { length: 40 },
    (_, it) => `${(it * 7) % 13}.${it % 10},3,${["red", "blue"][it % 2]},${it % 2}`,
  );
  const made = readTable(new TextEncoder().encode(`a,b,c,kind\n${lines.join("\n")}\n`), "t.csv");
  if ("refused" in made || !made.table) throw new Error("no table");
  const rows = rowsOf(summarise(made), made.table);
  expect(rows).toHaveLength(6);
  for (const { label, cells } of rows) {
    const [a = 0, b = 0, blue = 0, red = 0] = cells;
    expect(lines).toContain(
      `${cellText(a)}${cellText(a).includes(".") ? "" : ".0"},${cellText(b)},${red ? "red" : "blue"},${label}`,
    );
    expect(blue + red).toBe(1);
  }
});

it.each([
  [5.0999999, "5.1"],
  [-0.25, "−0.25"],
  [123456, "123460"],
  [1e-7, "1.00e−7"],
  [0, "0"],
])("writes %d as %s", (value, text) => expect(cellText(value)).toBe(text));

it.each([
  [5.843, 0.8253, true, true, "5.84 ± 0.825"],
  [3, 0, true, true, "constant"],
  [0, 1, false, true, "0 or 1"],
  [0, 1, false, false, "as it is"],
])("mean %d and deviation %d, %s, %s: %s", (mean, deviation, standardised, shuffled, text) =>
  expect(scaleOf({ name: "a", mean, deviation, standardised }, { shuffled })).toBe(text),
);
