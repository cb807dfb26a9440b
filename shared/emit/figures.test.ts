import { expect, test } from "vitest";
import { counted, duration, grouped, short, shortBytes } from "./figures.ts";

test.each([
  [0, "0", "0"],
  [999, "999", "999"],
  [1000, "1,000", "1.00 k"],
  [54_314, "54,314", "54.3 k"],
  [999_499, "999,499", "999 k"],
  [999_500, "999,500", "1.00 M"],
  [1_683_456, "1,683,456", "1.68 M"],
  [4_923_520_000, "4,923,520,000", "4.92 G"],
])("%d", (value, exact, brief) => {
  expect([grouped(value), short(value)]).toEqual([exact, brief]);
});

test("units and plurals", () => {
  expect([shortBytes(40), shortBytes(118_000)]).toEqual(["40 B", "118 kB"]);
  expect([counted(1, "parameter"), counted(30, "parameter")]).toEqual(["1 parameter", "30 parameters"]);
});

test.each([
  [11.6, "12 s"],
  [59.7, "1 min 0 s"],
  [200, "3 min 20 s"],
  [3900, "1 h 5 min"],
  [-1, "0 s"],
])("%d seconds are %s", (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});
