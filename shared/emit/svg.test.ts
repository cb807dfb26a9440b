import { expect, test } from "vitest";
import { compile } from "../compile/compile.ts";
import { goldenSubjects, graphOf, subjectOf } from "./golden-subjects.ts";
import { placed } from "./svg/places.ts";
import { cutTo, textWidth } from "./svg/text-width.ts";
import { themeNames } from "./svg/theme.ts";
import { svg } from "./svg.ts";
import { wellFormed } from "./testing/well-formed.ts";

const subject = goldenSubjects.branched ?? subjectOf("none", []);

test("any name leaves valid XML", () => {
  expect(wellFormed(svg(subject))).toBe(true);
  for (const title of ['<b>&"x"</svg>', "\u0000\uD800", "", "]]>", "x".repeat(300)])
    expect(wellFormed(svg({ ...subject, title }))).toBe(true);
  expect(svg({ ...subject, title: "R&D" })).toContain(">R&amp;D</text>");
});

test("says what the plan says", () => {
  const picture = svg(subject);
  for (const { node, kind } of subject.plan.steps) {
    expect(picture).toContain(`>${kind.title}</text>`);
    expect(picture).toContain(`>${node.id}</text>`);
  }
  expect(picture).toContain("236 parameters · 75.4 k multiply-adds");
});

test("themes differ in colours only", () => {
  const withoutColours = (text: string): string => text.replace(/#[\da-f]{6}/g, "#");
  const pictures = themeNames.map((it) => svg(subject, it));
  expect(new Set(pictures).size).toBe(themeNames.length);
  expect(new Set(pictures.map(withoutColours)).size).toBe(1);
});

test("greyscale has no colour", () => {
  for (const [colour] of svg(subject, "greyscale").matchAll(/#[\da-f]{6}/g))
    expect(colour).toMatch(/^#(..)\1\1$/);
});

test("cards that would cover each other are laid out in rows", () => {
  const heap = {
    ...graphOf([
      ["image", "input"],
      ["flat", "flatten"],
    ]),
  };
  const plan = compile({ ...heap, nodes: heap.nodes.map((it) => ({ ...it, at: [0, 0] as const })) });
  const [first, second] = [...placed(plan).values()];
  expect(second?.y).toBeGreaterThan((first?.y ?? 0) + (first?.height ?? 0));
});

test("a picture of nothing has a size", () => {
  expect(svg(subjectOf("Nothing", []))).toMatch(/viewBox="-?\d+ -?\d+ \d+ \d+"/);
});

test("a long notation gets smaller letters before it is cut", () => {
  const picture = svg(goldenSubjects.locally ?? subject);
  expect(picture).toMatch(/font-size="10"[^>]*>2 · 3×3 · same · stride 2×2 · box blur · relu</);
});

test("text is cut to its room", () => {
  const cut = cutTo("8 · 3×3 · same · dilation 2×2 · relu", 100, 11.5);
  expect(cut).toMatch(/…$/);
  expect(textWidth(cut, 11.5)).toBeLessThanOrEqual(100);
  expect(cutTo("short", 100, 11.5)).toBe("short");
});
