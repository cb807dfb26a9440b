import { expect, test } from "vitest";
import type { Weight } from "../../shared/nodes/kind.ts";
import { derivation } from "./derivation.ts";

const weight = (name: Weight["name"], shape: readonly number[]): Weight => ({
  name,
  shape,
  learns: true,
  initial: "zeros",
});

test.each([
  ["5·5·1·8 + 8 = 208", [weight("kernel", [5, 5, 1, 8]), weight("bias", [8])]],
  ["784·64 + 64 = 50,240", [weight("kernel", [784, 64]), weight("bias", [64])]],
  ["3·3·1·1 = 9", [weight("kernel", [3, 3, 1, 1])]],
  [
    "4·8 = 32",
    (["gamma", "beta", "moving_mean", "moving_variance"] as const).map((name) => weight(name, [8])),
  ],
])("%s", (text, weights) => {
  expect(derivation(weights)).toBe(text);
});
