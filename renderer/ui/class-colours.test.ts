import { expect, it } from "vitest";
import { colourOf, markOf, tintOf } from "./class-colours.ts";

const luminance = (parts: readonly number[]): number => {
  const [red = 0, green = 0, blue = 0] = parts.map((it) =>
    it / 255 <= 0.04045 ? it / 255 / 12.92 : ((it / 255 + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};
const partsOf = (colour: string): readonly number[] => (colour.match(/\d+/g) ?? []).map(Number);

it.each([
  ["light", [255, 255, 255]],
  ["dark", [23, 26, 32]],
] as const)("every class stands out from the paper, %s", (theme, paper) => {
  for (let label = 0; label < 8; label++) {
    const [a, b] = [luminance(partsOf(colourOf(label, theme))), luminance(paper)];
    expect((Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)).toBeGreaterThan(3);
  }
});

it("a tint goes from the paper to the colour", () => {
  expect(tintOf(0, 0, "light")).toBe(0xffffffff);
  expect(tintOf(0, 1, "light")).toBe(0xffa66300);
});

it("neighbours differ in form, and any number of classes has both", () => {
  expect(markOf(0)).not.toBe(markOf(1));
  expect([markOf(1000), colourOf(1000, "dark")]).toEqual([markOf(0), colourOf(0, "dark")]);
});
