import { expect, test } from "vitest";
import { compile } from "../../../shared/compile/compile.ts";
import { siteOf } from "../../../shared/compile/twins/site.ts";
import { chain, type Link } from "../../../shared/graph/chain.ts";
import { decadesFor, onLogScale, sharing, termsAt, times } from "./words.ts";

const siteIn = (...links: readonly Link[]) => {
  const graph = chain("Test", links);
  const site = siteOf(
    graph,
    compile(graph),
    graph.nodes.find((it) => /^(conv|dense)_1$/.test(it.id))?.id ?? "",
  );
  if ("refused" in site) throw new Error(site.refused);
  return site;
};

test("what is shared, in one line", () => {
  const conv = siteIn(["input", { channels: 3 }], "conv2d");
  expect(sharing(conv, "dense")).toBe("Every unit sees the whole image, 28×28. No weight is used twice.");
  expect(sharing(siteIn("input", ["conv2d", { weights: "gaussian" }]), "dense")).toBe(
    "Every unit sees the whole image, 28×28. The given kernel cannot be kept: it would learn.",
  );
  expect(sharing(conv, "locallyConnected2d")).toBe(
    "Every unit sees 3×3 pixels. Each position has weights of its own.",
  );
  expect(sharing(conv, "conv2d")).toBe(
    "Every unit sees 3×3 pixels. The same 27 weights at all 784 positions.",
  );
  expect(sharing(siteIn("input", "flatten", "dense"), "conv2d")).toBe(
    "Every unit sees 28×28 pixels. There is one position only, nothing to share: a dense layer.",
  );
});

test("terms of a unit: all pixels, or the window's without what lies in the padding", () => {
  const conv = siteIn(["input", { channels: 2 }], "conv2d");
  expect(termsAt(conv, "dense", [0, 0])).toEqual({ seen: 1568, padding: 0 });
  expect(termsAt(conv, "conv2d", [0, 0])).toEqual({ seen: 8, padding: 10 });
  expect(termsAt(conv, "locallyConnected2d", [14, 0])).toEqual({ seen: 12, padding: 6 });
  expect(termsAt(conv, "conv2d", [14, 14])).toEqual({ seen: 18, padding: 0 });
});

test("factors and bars", () => {
  expect([times(4_923_520, 80), times(62_720, 80), times(4, 3), times(80, 80)]).toEqual([
    "61,544",
    "784",
    "1.33",
    "1",
  ]);
  expect(decadesFor([80, 62_720, 4_923_520])).toBe(7);
  expect(decadesFor([0])).toBe(1);
  expect([onLogScale(0, 7), onLogScale(1, 7), onLogScale(1000, 6), onLogScale(1e7, 7)]).toEqual([
    0, 0, 0.5, 1,
  ]);
});
