import { expect, test } from "vitest";
import { exactly, inBytes, inTime, shortly } from "./notation.ts";

test.each([
  [0, "0"],
  [208, "208"],
  [999, "999"],
  [1000, "1.00 k"],
  [9_994, "9.99 k"],
  [9_996, "10.0 k"],
  [54_314, "54.3 k"],
  [99_960, "100 k"],
  [999_600, "1.00 M"],
  [1_683_000, "1.68 M"],
  [4_923_520, "4.92 M"],
  [-1500, "−1.50 k"],
])("%d is written %s", (count, text) => {
  expect(shortly(count)).toBe(text);
});

test("exact counts are grouped", () => {
  expect(exactly(54_314)).toBe("54,314");
});

test.each([
  [0, "0 B"],
  [118_000, "118 kB"],
  [1_500, "1.50 kB"],
  [2_340_000, "2.34 MB"],
])("%d bytes are %s", (bytes, text) => {
  expect(inBytes(bytes)).toBe(text);
});

test.each([
  [11.6, "12 s"],
  [200, "3 min 20 s"],
  [3900, "1 h 5 min"],
])("%d seconds are %s", (seconds, text) => {
  expect(inTime(seconds)).toBe(text);
});
