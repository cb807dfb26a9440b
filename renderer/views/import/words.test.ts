import { expect, test } from "vitest";
import { compile } from "../../../shared/compile/compile.ts";
import { chain } from "../../../shared/graph/chain.ts";
import type { Entry } from "../../../shared/import/imported.ts";
import { countsWords, figuresWords, weightsWords } from "./words.ts";

const entry = (fate: Entry["fate"]): Entry => ({ source: "a (A)", fate, words: "" });
const design = chain("net", [["input", { height: 4, width: 4 }], "flatten", ["dense", { units: 2 }]]);

test("figures of a design, whole or with gaps", () => {
  expect(figuresWords(compile(design))).toBe("4×4×1 → 2, 34 parameters");
  expect(figuresWords(compile({ nodes: [], wires: [] }))).toBe("0 parameters");
});

test("counts by fate", () => {
  expect(countsWords([entry("mapped")], false)).toBe("1 layer taken over as it is.");
  expect(countsWords([entry("mapped"), entry("mapped"), entry("refused")], false)).toBe(
    "2 layers taken over as they are, 1 not taken over.",
  );
  expect(countsWords([entry("mapped"), entry("mapped"), entry("approximated")], true)).toBe(
    "2 arrays taken over as they are, 1 approximated.",
  );
});

test("says why there are no weights", () => {
  expect(weightsWords({ design, weights: undefined, report: [entry("refused")] })).toContain("missing");
  expect(weightsWords({ design, weights: undefined, report: [entry("mapped")] })).toContain("holds none");
  expect(weightsWords({ design, weights: {}, report: [] })).toContain("come along");
});
