import { expect, test } from "vitest";
import { inPercent } from "./notation.ts";

test("shares are written in percent", () => {
  expect(inPercent(0.9706)).toBe("97.1 %");
  expect(inPercent(0.5, 0)).toBe("50 %");
});
