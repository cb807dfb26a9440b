import { expect, test } from "vitest";
import { joined, message, text, whole } from "../../emit/onnx/protobuf.ts";
import { readOnnx } from "./read.ts";
import { claimed, integers, type Line, modelWith, random } from "./testing/model.ts";

const refusal = (bytes: Uint8Array): string => {
  const read = readOnnx({ name: "model.onnx", bytes });
  return "refused" in read ? read.refused : "";
};

const relu: Line = ["Relu", ["x"], "a"];
const input = [0, 3, 8, 6];

test.each<readonly [string, Uint8Array, RegExp]>([
  [
    "a file that ends early",
    modelWith({ input, lines: [relu] }).slice(0, 60),
    /at byte \d+ that \d+ bytes follow, and \d+ do\. .*cut off/,
  ],
  ["no model", Uint8Array.of(8, 8), /^The file has no network/],
  [
    "a circle",
    modelWith({
      input,
      lines: [
        ["Add", ["x", "b"], "a"],
        ["Relu", ["a"], "b"],
      ],
    }),
    /^The operators [ab] \(\w+\) → [ab] \(\w+\) form a circle\./,
  ],
  [
    "a name given twice",
    modelWith({ input, lines: [relu, ["Tanh", ["x"], "a"]] }),
    /^"a" is given twice, by a \(Relu\) and by a \(Tanh\)\./,
  ],
  [
    "a name that nothing gives",
    modelWith({ input, lines: [["Relu", ["y"], "a"]] }),
    /^a \(Relu\) takes "y", which nothing gives\./,
  ],
  [
    "an older opset",
    modelWith({ opset: 6, input, lines: [relu] }),
    /uses opset 6 of ONNX's operators; 7 to 22 can be read\./,
  ],
  [
    "a newer opset",
    modelWith({ opset: 26, input, lines: [relu] }),
    /uses opset 26 of ONNX's operators; 7 to 22 can be read\./,
  ],
  ["an older IR", modelWith({ ir: 2, input, lines: [relu] }), /is of IR version 2; those from 3 on/],
  [
    "two inputs",
    modelWith({ input, lines: [relu], more: message(11, text(1, "z")) }),
    /^The model has 2 inputs, "x", "z"; a design has one\./,
  ],
  [
    "any height",
    modelWith({ input: [0, 3, 0, 6], lines: [relu] }),
    /^The input "x" is \?×3×\?×6: axis 3 may have any size, and a design's are fixed\./,
  ],
  [
    "volumes",
    modelWith({ input: [0, 3, 8, 6, 4], lines: [relu] }),
    /^The input "x" is \?×3×8×6×4: designs take images/,
  ],
  [
    "an array that is smaller than it says",
    modelWith({
      input,
      lines: [["Conv", ["x", "w"], "c"]],
      more: claimed("w", [4, 3, 3, 3], new Uint8Array(8)),
    }),
    /^The array w has the shape 4×3×3×3, which is 108 numbers, and holds 2\./,
  ],
  [
    "an array of 10 GB",
    modelWith({
      input,
      lines: [["Conv", ["x", "w"], "c"]],
      more: claimed("w", [2_500_000_000, 1], new Uint8Array(8)),
    }),
    /^The array w has the shape 2500000000×1: sizes run from 0 to 2³¹\./,
  ],
  [
    "an array of 10 GB in many axes",
    modelWith({
      input,
      lines: [["Conv", ["x", "w"], "c"]],
      more: claimed("w", [50_000, 50_000, 1, 1], new Uint8Array(8)),
    }),
    /which is 2500000000 numbers, and holds 2\./,
  ],
  [
    "weights in another file",
    modelWith({
      input,
      lines: [["Conv", ["x", "w"], "c"]],
      more: message(5, text(8, "w"), message(13, text(1, "location"), text(2, "w.bin")), whole(14, 1)),
    }),
    /^The array w lies in a file of its own, w\.bin, which is not read\./,
  ],
  [
    "weights that are no numbers",
    modelWith({
      input,
      lines: [["Conv", ["x", "w"], "c"]],
      arrays: { w: [[1, 3, 1, 1], Float32Array.of(1, Number.NaN, 2)] },
    }),
    /holds values that are no finite numbers/,
  ],
  [
    "sparse arrays",
    modelWith({ input, lines: [relu], more: message(15, text(1, "s")) }),
    /^The network has sparse arrays/,
  ],
])("refuses %s", (_, file, words) => {
  expect(refusal(file)).toMatch(words);
});

test("leaves gaps where arrays and settings do not fit, with both shapes", () => {
  const told = (lines: readonly Line[], arrays: Parameters<typeof modelWith>[0]["arrays"] = {}) => {
    const read = readOnnx({ name: "m", bytes: modelWith({ input, lines, arrays }) });
    if ("refused" in read) throw new Error(read.refused);
    return read.report.filter((it) => it.fate === "refused").map((it) => it.words);
  };
  expect(told([["Conv", ["x", "w"], "c"]], { w: random(4, 5, 3, 3) })).toEqual([
    "Its kernel 4×5×3×3 in 1 groups does not fit an image of 3 channels.",
  ]);
  expect(told([["Conv", ["x", "w"], "c"]], { w: random(4, 3, 9, 9) })).toEqual([
    "A 9×9 window does not fit in 8×6×3.",
  ]);
  expect(told([["Reshape", ["x", "s"], "c"]], { s: integers(-1, 7) })).toEqual([
    "It makes N×3×8×6 into [-1, 7], which mixes examples.",
  ]);
  expect(told([["If", ["x"], "c"]])).toEqual(['"If" has no counterpart among the layers.']);
});

test("a chain of 40,000 operators and a million of them are answered in bounded time", () => {
  const chain = (count: number): Line[] =>
    Array.from({ length: count }, (_, at) => ["Relu", [at ? `v${at - 1}` : "x"], `v${at}`]);
  expect(refusal(modelWith({ input, lines: chain(40_000) }))).toMatch(/more than 20000 layers/);
  const node = joined(message(1, text(1, "x"), text(2, "y"), text(4, "Relu")));
  const million = new Uint8Array(1_000_000 * node.length);
  for (let at = 0; at < million.length; at += node.length) million.set(node, at);
  expect(refusal(modelWith({ input, lines: [relu], more: [million] }))).toMatch(
    /^The network has more than 100000 entries/,
  );
});
