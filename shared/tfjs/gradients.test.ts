import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { kinds } from "../nodes/index.ts";
import { globalMax } from "./global-max.ts";
import { mendGradients } from "./gradients.ts";
import { largestOf } from "./layers/maximum.ts";
import { nodeBackends, use } from "./testing/backends.ts";
import { gradientCases } from "./testing/gradient-cases.ts";
import { againstDifferences } from "./testing/gradient-check.ts";

test("every kind is among the cases, and among the few that graphics cards are asked about", () => {
  for (const cases of [gradientCases, gradientCases.filter((it) => it.everywhere)]) {
    const met = new Set(cases.flatMap((it) => it.plan().steps.map((step) => step.node.kind)));
    expect(Object.keys(kinds).filter((it) => !met.has(it as never))).toEqual([]);
  }
  expect(new Set(gradientCases.map((it) => it.name)).size).toBe(gradientCases.length);
});

describe.each(nodeBackends)("gradients on %s", (backend) => {
  beforeAll(() => use(backend));

  test.each(gradientCases.map((it) => [it.name, it] as const))("%s", async (_, { plan }) => {
    expect(await againstDifferences(plan(), 5)).toEqual([]);
  });

  test.each([
    ["tfjs's maximum", (x: tf.Tensor) => tf.max(x, [1, 2])],
    ["our global maximum", globalMax],
  ])("equal maxima share the gradient of %s", (_, maximum) => {
    mendGradients();
    const flat = tf.ones([1, 4, 4, 1]);
    const slope = tf.grad((x: tf.Tensor) => tf.sum(maximum(x)))(flat);
    expect([...slope.dataSync()]).toEqual(Array.from({ length: 16 }, () => 1 / 16));
    tf.dispose([flat, slope]);
  });

  test("equal inputs share the gradient of a maximum, also where one is repeated", () => {
    const slopes = tf.tidy(() =>
      tf
        .grads((a, b, c) => tf.sum(largestOf([a, b, c])))([
          tf.tensor2d([1, 5, 2, 3], [2, 2]),
          tf.tensor2d([1, 3], [1, 2]),
          tf.tensor2d([1, 0, 0, 3], [2, 2]),
        ])
        .map((it) => [...it.dataSync()].map((value) => Number(value.toFixed(4)))),
    );
    expect(slopes).toEqual([
      [0.3333, 1, 1, 0.3333],
      [0.3333, 0.3333],
      [0.3333, 0, 0, 0.3333],
    ]);
  });

  test("our global maximum lets NaN through, and the slope back", () => {
    const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => tf.sum(globalMax(x)))(
      tf.tensor4d([1, Number.NaN, 3, 2], [1, 2, 2, 1]),
    );
    expect(value.dataSync()[0]).toBeNaN();
    expect([...grad.dataSync()]).toEqual([0.25, 0.25, 0.25, 0.25]);
    tf.dispose([value, grad]);
  });
});
