import { expect, test } from "vitest";
import { inPercent, inTime } from "./notation.ts";

test.each([
  [11.6, "12 s"],
  [59.7, "1 min 0 s"],
  [200, "3 min 20 s"],
  [3900, "1 h 5 min"],
  [-1, "0 s"],
])("%d seconds are %s", (seconds, text) => {
  expect(inTime(seconds)).toBe(text);
});

test("shares are written in percent", () => {
  expect(inPercent(0.9706)).toBe("97.1 %");
  expect(inPercent(0.5, 0)).toBe("50 %");
});
