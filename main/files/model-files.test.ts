import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readModelFiles } from "./model-files.ts";

let folder: string;
const at = (...parts: string[]) => join(folder, ...parts);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "model-files-"));
  mkdirSync(at("net"));
  const paths = ["a.bin", "../secret.bin", "/etc/passwd", "missing.bin", "a.bin", 7];
  writeFileSync(at("net", "model.json"), JSON.stringify({ weightsManifest: [{ paths }, "x", {}] }));
  for (const it of ["a.bin", "b.bin", "notes.txt"]) writeFileSync(at("net", it), "1");
  writeFileSync(at("secret.bin"), "secret");
  mkdirSync(at("two"));
  for (const it of ["a.onnx", "b.keras"]) writeFileSync(at("two", it), "1");
  writeFileSync(at("huge.onnx"), "");
  truncateSync(at("huge.onnx"), 3 * 2 ** 30);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const namesOf = async (...paths: string[]) => {
  const read = await readModelFiles(paths);
  return "failed" in read ? read.failed : [read.name, read.files.map((it) => it.name)];
};

test("a model.json brings the shards that it names and that lie beside it, and nothing else", async () => {
  expect(await namesOf(at("net", "model.json"))).toEqual(["net", ["model.json", "a.bin"]]);
});

test("a folder gives its model.json with all weights; chosen files are taken as they are", async () => {
  expect(await namesOf(at("net"))).toEqual(["net", ["model.json", "a.bin", "b.bin"]]);
  expect(await namesOf(at("net", "b.bin"), at("net", "model.json"))).toEqual([
    "b.bin",
    ["b.bin", "model.json"],
  ]);
  expect(await namesOf(at("two", "a.onnx"))).toEqual(["a.onnx", ["a.onnx"]]);
});

test("what is no model, missing, in doubt or too large is refused in a sentence", async () => {
  expect(await namesOf(at("two"))).toMatch(/not one model alone/);
  expect(await namesOf(at("gone.h5"))).toMatch(/^Cannot open “gone\.h5”: it is not there/);
  expect(await namesOf(at("net", "model.json"), at("net", "notes.txt"))).toMatch(/no part of a model/);
  expect(await namesOf(at("huge.onnx"))).toMatch(/it has 3\.0 GiB, and a model has at most 2 GiB/);
});
