import fc from "fast-check";
import { expect, test } from "vitest";
import { readDataChoice } from "./dataset.ts";

test("digits where the document names nothing", () => {
  expect(readDataChoice(undefined)).toEqual({ source: "digits" });
});

test.each([
  { source: "stripes" },
  { source: "digits" },
  { source: "spirals" },
  { source: "folder", name: "mnist" },
  { source: "table", name: "iris.csv" },
])("reads %j", (choice) => {
  expect(readDataChoice(JSON.parse(JSON.stringify(choice)))).toEqual(choice);
});

test.each([
  ["digits", "data must be an object"],
  [null, "data must be an object"],
  [[], "data must be an object"],
  [{}, "data.source must be stripes, digits, spirals, folder or table, got nothing"],
  [{ source: "cifar" }, 'data.source must be stripes, digits, spirals, folder or table, got "cifar"'],
  [{ source: "digits", name: "x" }, "data.name belongs to a folder or a table, not to digits"],
  [{ source: "folder" }, "data.name must be the folder's name, 1 to 255 characters"],
  [{ source: "table" }, "data.name must be the table's name, 1 to 255 characters"],
  [{ source: "folder", name: "" }, "data.name must be the folder's name, 1 to 255 characters"],
  [{ source: "folder", name: "x".repeat(256) }, "data.name must be the folder's name, 1 to 255 characters"],
  [{ source: "folder", name: "x", path: "/home/x" }, "data.path is not known"],
  [JSON.parse('{"source": "digits", "__proto__": {}}'), "data.__proto__ is not known"],
])("refuses %j", (value, message) => {
  expect(readDataChoice(value)).toEqual({ refused: message });
});

test("any JSON is read or refused, never thrown at", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const read = readDataChoice(value);
      expect("refused" in read || "source" in read).toBe(true);
    }),
    { seed: 1, numRuns: 500 },
  );
});
