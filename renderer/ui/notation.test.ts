import { expect, test } from "vitest";
import { briefly, inPercent } from "./notation.ts";

test("shares are written in percent", () => {
  expect(inPercent(0.9706)).toBe("97.1 %");
  expect(inPercent(0.5, 0)).toBe("50 %");
});

test("only bytes are shortened", () => {
  expect(["6,422,528 bytes", "84 bytes", "28×28×8", "84,060"].map(briefly)).toEqual([
    "6.42 MB",
    "84 B",
    "28×28×8",
    "84,060",
  ]);
});
