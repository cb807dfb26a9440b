import { expect, test } from "vitest";
import { compile } from "../../shared/compile/compile.ts";
import { previewOf } from "../../shared/compile/preview.ts";
import { chain } from "../../shared/graph/chain.ts";
import { removeNodes, setValues } from "../../shared/graph/edits.ts";
import { previewWords, touched } from "./preview-words.ts";

const net = chain("Net", ["input", ["conv2d", { filters: 4 }], "flatten", ["dense", { units: 10 }]]);
const told = (preview: Parameters<typeof previewWords>[1]) =>
  previewWords("Do it", preview).lines.map((it) =>
    [it.name, it.formula, it.worked].filter(Boolean).join(": "),
  );

test("an edit's effect is told layer by layer, then in all", () => {
  const preview = previewOf(net, { apply: (it) => setValues(it, "conv_1", { stride: 2 }) });
  expect(told(preview)).toEqual([
    "conv_1: 28×28×4 → 14×14×4",
    "flatten_1: 3136 → 784",
    "dense_1: 31,370 → 7,850 parameters",
    "in all: 31,410 → 7,890 parameters",
    "59,584 → 14,896 multiply-adds",
  ]);
  expect(touched(preview)).toEqual(["conv_1", "flatten_1", "dense_1"]);
});

test("a repair of a broken design says what comes and what works then", () => {
  const broken = removeNodes(net, ["flatten_1"]);
  const [problem] = compile(broken).problems;
  const [repair] = problem?.repairs ?? [];
  if (!repair) throw new Error("no repair");
  expect(told(previewOf(broken, repair))).toEqual([
    "flatten_1: new Flatten: 3136",
    "dense_1: ? → 10 · 0 → 31,370 parameters",
    "in all: 40 → 31,410 parameters",
    "28,224 → 59,584 multiply-adds",
  ]);
});

test("many layers are counted, and what an edit breaks is said", () => {
  const deep = chain("Deep", ["input", ...Array.from({ length: 9 }, () => "conv2d" as const), "flatten"]);
  const lines = told(previewOf(deep, { apply: (it) => setValues(it, "image", { channels: 0 }) }));
  expect(lines).toContain("and 5 more layers");
  expect(lines.at(-1)).toMatch(/^then: /);
});
