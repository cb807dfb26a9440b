import { describe, expect, test } from "vitest";
import { importModel } from "./index.ts";

const text = (words: string): Uint8Array => new TextEncoder().encode(words);

describe("what is known by its content, whatever it is called", () => {
  test.each<[string, Uint8Array, RegExp]>([
    ["nothing", new Uint8Array(), /is empty/],
    ["a pickle", new Uint8Array([0x80, 2, 0x8a, 10]), /never loaded: .*safetensors/],
    ["TensorFlow Lite", new Uint8Array([0x1c, 0, 0, 0, ...text("TFL3"), 0, 0]), /TensorFlow Lite/],
    ["a SavedModel", new Uint8Array([8, 1, 0x12, 2, 0, 0]), /SavedModel/],
    ["a frozen graph", new Uint8Array([0x0a, 4, 0x0a, 2, 97, 98]), /frozen TensorFlow graph/],
    ["Git LFS", text("version https://git-lfs.github.com/spec/v1\noid sha256:0"), /git lfs pull/],
    ["gzip", new Uint8Array([0x1f, 0x8b, 8]), /gzip/],
    ["noise", new Uint8Array([1, 2, 3, 4, 5]), /"model\.h5" is no file that can be imported/],
  ])("%s", async (_, bytes, sentence) => {
    const met = await importModel([{ name: "model.h5", bytes }]);
    expect("refused" in met && met.refused).toMatch(sentence);
  });

  test("no file, and files without a model.json", async () => {
    expect(await importModel([])).toEqual({ refused: expect.stringContaining("No file was given") });
    const weights = { name: "a.bin", bytes: new Uint8Array(9) };
    expect(await importModel([weights, weights])).toEqual({
      refused: expect.stringContaining("no model.json among them"),
    });
  });
});
