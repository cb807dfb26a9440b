import { expect, test } from "vitest";
import { gaussianNoise } from "./dropout.ts";

test("noise has a deviation that Keras takes too: its GaussianNoise refuses more than 1", () => {
  const { deviation } = gaussianNoise.settings;
  expect([0, 0.1, 1].map((it) => deviation?.check(it))).toEqual([undefined, undefined, undefined]);
  expect(deviation?.check(1.28)).toBe("must be a number from 0 to 1, got 1.28");
});
