import { expect, it } from "vitest";
import { exportName, fileStem } from "./file-name.ts";
import { formats } from "./index.ts";

it.each([
  ["CNN", "CNN"],
  ["a/b\\c:d", "a-b-c-d"],
  ["..", "design"],
  ["  Zürich 2 ", "Zürich 2"],
])("makes a file name of %j", (title, stem) => expect(fileStem(title)).toBe(stem));

it("names a folder after the format, and weights as the program beside them looks for them", () => {
  expect(exportName("tfjs", formats.tfjs, "a/b")).toBe("a-b-tfjs");
  expect(exportName("pytorch", formats.pytorch, "a/b")).toBe("a-b.py");
  expect(exportName("safetensors", formats.safetensors, "a/b")).toBe("weights.safetensors");
});
