import { describe, expect, it } from "vitest";
import { colourAt, diverging, needsWhiteText, type Palette, sequential } from "./map-palettes.ts";

/** CIE lightness of a colour, an outside witness: the palettes themselves are made in OKLab. */
function lightness(colour: number): number {
  const linear = [colour & 255, (colour >> 8) & 255, (colour >> 16) & 255].map((byte) => {
    const share = byte / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * (linear[0] ?? 0) + 0.7152 * (linear[1] ?? 0) + 0.0722 * (linear[2] ?? 0);
  return luminance > 0.008856 ? 116 * Math.cbrt(luminance) - 16 : 903.3 * luminance;
}
const every = (palette: Palette, step: number): number[] =>
  [...palette].filter((_, index) => index % step === 0).map(lightness);

describe("palettes", () => {
  it("grows lighter with every visible step of an activation", () => {
    const steps = every(sequential, 5);
    expect(steps).toEqual(steps.toSorted((a, b) => a - b));
    expect((steps.at(-1) ?? 0) - (steps[0] ?? 0)).toBeGreaterThan(85);
  });

  it("spends the lightness evenly over the values", () => {
    const steps = every(sequential, 51);
    const gains = steps.slice(1).map((it, index) => it - (steps[index] ?? 0));
    expect(Math.min(...gains)).toBeGreaterThan(12);
    expect(Math.max(...gains)).toBeLessThan(24);
  });

  it.each(["light", "dark"] as const)(
    "puts zero in the middle of the %s weights, both arms alike",
    (theme) => {
      const palette = diverging[theme];
      const tones = [...palette].map(lightness);
      const middle = (palette.length - 1) / 2;
      const paper = tones[middle] ?? 0;
      expect(palette.length).toBe(255);
      expect(theme === "light" ? paper > 95 : paper < 6).toBe(true);
      for (const away of [32, 64, 127]) {
        const [below = 0, above = 0] = [tones[middle - away], tones[middle + away]];
        expect(Math.abs(below - paper)).toBeGreaterThan(10);
        expect(Math.abs(below - above)).toBeLessThan(8);
      }
    },
  );

  it("chooses text that can be read on every weight", () => {
    expect([0, 0.5, 1].map((it) => needsWhiteText(diverging.light, it))).toEqual([true, false, true]);
    expect([0, 0.5, 1].map((it) => needsWhiteText(diverging.dark, it))).toEqual([false, true, false]);
  });

  it("names a colour for drawings", () => {
    expect(colourAt(sequential, -3)).toBe(colourAt(sequential, 0));
    expect(colourAt(sequential, 1)).toMatch(/^rgb\(2\d\d 2\d\d 1\d\d\)$/);
  });
});
