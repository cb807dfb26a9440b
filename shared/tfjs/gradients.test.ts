import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import type { Plan } from "../compile/plan.ts";
import type { Weights } from "../compile/weights.ts";
import { activations } from "../nodes/activation-functions.ts";
import { randomStream, seedOf } from "../nodes/random.ts";
import { volume } from "../nodes/shape.ts";
import { buildNetwork } from "./build.ts";
import { globalMax } from "./global-max.ts";
import { mendGradients } from "./gradients.ts";
import { createMeter, crossEntropy } from "./loss.ts";
import { nodeBackends, use } from "./testing/backends.ts";
import { planOf } from "./testing/designs.ts";

const image = { height: 5, width: 6, channels: 2 };
const head = [["flatten"], ["dense", { units: 3, activation: "softmax" }]] as const;
const conv = (values: object) => ["conv2d", { filters: 3, activation: "tanh", ...values }] as const;
/** The layer in question between a convolution and a dense layer, so that its gradient by its input is met too. */
const amid = (kind: string, values = {}) => planOf(["input", image], conv({}), [kind, values], ...head);

const cases: readonly (readonly [name: string, plan: () => Plan])[] = [
  [
    "dense",
    () => planOf(["input", { shape: [7] }], ["dense", { units: 4, activation: "tanh" }], ...head.slice(1)),
  ],
  [
    "dense without bias",
    () => planOf(["input", image], ["flatten"], ["dense", { units: 3, bias: false, activation: "linear" }]),
  ],
  [
    "flatten of a vector",
    () => planOf(["input", { shape: [7] }], ["flatten"], ["dense", { units: 3, activation: "linear" }]),
  ],
  ...(["same", "valid"] as const).flatMap((padding) =>
    [
      { kernel: 3 },
      { kernel: [1, 3], bias: false },
      { kernel: 3, stride: 2 },
      { kernel: [2, 3], stride: [2, 1] },
      { kernel: 2, stride: 3 },
      { kernel: [1, 2], stride: [2, 1] },
      { kernel: 2, dilation: 2 },
      { kernel: [2, 3], dilation: [3, 1] },
      { kernel: 2, dilation: [1, 2], bias: false, activation: "leakyRelu" },
    ].map(
      (values) =>
        [
          `conv2d ${JSON.stringify({ ...values, padding })}`,
          () => amid("conv2d", { filters: 2, activation: "tanh", ...values, padding }),
        ] as const,
    ),
  ),
  ...activations.flatMap((name) => [
    [`conv2d ${name}`, () => amid("conv2d", { filters: 3, activation: name })] as const,
    [
      `dense ${name}`,
      () =>
        planOf(
          ["input", image],
          ["flatten"],
          ["dense", { units: 5, activation: name }],
          ["dense", { units: 3, activation: "linear" }],
        ),
    ] as const,
    [`activation ${name}`, () => amid("activation", { function: name })] as const,
  ]),
  ...["maxPool2d", "avgPool2d"].flatMap((kind) =>
    [
      { size: 2 },
      { size: 3, stride: 1, padding: "same" },
      { size: 3, stride: 2, padding: "same" },
      { size: 2, stride: 2, padding: "same" },
      { size: [3, 2], stride: [1, 2], padding: "valid" },
      { size: [2, 3], stride: [3, 2], padding: "same" },
    ].map((values) => [`${kind} ${JSON.stringify(values)}`, () => amid(kind, values)] as const),
  ),
  ...["globalMaxPool2d", "globalAvgPool2d"].map(
    (kind) =>
      [
        kind,
        () => planOf(["input", image], conv({}), [kind], ["dense", { units: 3, activation: "softmax" }]),
      ] as const,
  ),
  ["batchNorm", () => amid("batchNorm")],
  [
    "batchNorm of a vector",
    () =>
      planOf(
        ["input", { shape: [7] }],
        ["dense", { units: 4, activation: "linear" }],
        ["batchNorm"],
        ["dense", { units: 3, activation: "softmax" }],
      ),
  ],
  ["frozen batchNorm", () => amid("batchNorm", { trainable: false })],
  ["dropout", () => amid("dropout", { rate: 0.4 })],
  ["shufflePixels", () => amid("shufflePixels", { seed: 3 })],
  [
    "shufflePixels of a vector",
    () => planOf(["input", { shape: [7] }], ["dense", { units: 6 }], ["shufflePixels"], ...head.slice(1)),
  ],
  ["add", () => planOf(["input", image], conv({}), conv({}), ["add", {}, ["n1", "n2"]], ...head)],
  ["add of one layer twice", () => planOf(["input", image], conv({}), ["add", {}, ["n1", "n1"]], ...head)],
  [
    "concat",
    () =>
      planOf(["input", image], conv({}), conv({ filters: 2 }), ["concat", {}, ["n1", "n2", "n1"]], ...head),
  ],
  ["frozen conv2d", () => amid("conv2d", { trainable: false })],
  [
    "activation softmax last",
    () =>
      planOf(
        ["input", image],
        ["flatten"],
        ["dense", { units: 3, activation: "linear" }],
        ["activation", { function: "softmax" }],
      ),
  ],
];

describe.each(nodeBackends)("gradients on %s", (backend) => {
  beforeAll(() => use(backend));

  test.each(cases)("%s", (_, plan) => check(plan()));

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

  test("our global maximum lets NaN through", () => {
    const [value = 0] = tf.tidy(() => globalMax(tf.tensor4d([1, Number.NaN, 3, 2], [1, 2, 2, 1])).dataSync());
    expect(value).toBeNaN();
  });
});

const step = 1e-3;
const directions = 8;

/**
 * Compares the gradient of every array with central differences along random directions. A direction in which the
 * two one-sided differences disagree crosses a kink (of ReLU, of a maximum) and proves nothing; most must not.
 */
function check(plan: Plan): void {
  const before = tf.memory().numTensors;
  const network = buildNetwork(plan, weightsOf(plan), 5);
  const meter = createMeter();
  const next = randomStream(11);
  const anyway = (count: number): Float32Array => Float32Array.from({ length: count }, () => next() * 2 - 1);
  const shape = [3, ...(plan.steps[0]?.output ?? [])];
  const images = tf.tensor(anyway(volume(shape)), shape);
  const labels = Uint8Array.of(0, 2, 1);
  const start = network.snapshot();
  const logits = (): tf.Tensor => network.model.apply(images, { training: true }) as tf.Tensor;
  // In double precision from the logits on, so that differences lose as little as can be.
  const lossNow = (): number =>
    tf.tidy(() => crossEntropy(logits().dataSync<"float32">(), labels, 3).loss / labels.length);

  const { value, grads } = tf.variableGrads(() => meter.loss(logits(), labels), [...network.trainable]);
  network.restore(start);
  const here = lossNow();
  expect(value.dataSync()[0]).toBeCloseTo(here, 6);
  for (const variable of network.trainable) {
    const gradient = grads[variable.name]?.dataSync() ?? [];
    const values = variable.dataSync().slice();
    const at = (direction: Float32Array, far: number): number => {
      network.restore(start);
      return tf.tidy(() => {
        const moved = values.map((it, index) => it + far * (direction[index] ?? 0));
        variable.assign(tf.tensor(moved, variable.shape));
        return lossNow();
      });
    };
    let compared = 0;
    for (let turn = 0; turn < directions; turn++) {
      const raw = anyway(values.length);
      const direction = raw.map((it) => it / Math.hypot(...raw));
      const ahead = (at(direction, step) - here) / step;
      const behind = (here - at(direction, -step)) / step;
      if (Math.abs(ahead - behind) > 3e-3) continue;
      const expected = direction.reduce((sum, it, index) => sum + it * (gradient[index] ?? Number.NaN), 0);
      const measured = (ahead + behind) / 2;
      const apart = Math.abs(measured - expected);
      expect(apart, `${variable.name}: measured ${measured}, got ${expected}`).toBeLessThan(2e-3);
      compared++;
    }
    expect(compared, variable.name).toBeGreaterThan(2);
    network.restore(start);
  }
  expect(network.trainable.length).toBeGreaterThan(0);
  expect(
    Math.max(...Object.values(grads).map((it) => tf.tidy(() => tf.max(tf.abs(it)).dataSync()[0] ?? 0))),
  ).toBeGreaterThan(0.02);
  tf.dispose([images, value, grads, ...start]);
  meter.dispose();
  network.dispose();
  expect(tf.memory().numTensors).toBe(before);
}

/** Weights in general position: no zeros, no two alike, variances positive. */
function weightsOf(plan: Plan): Weights {
  return Object.fromEntries(
    plan.steps
      .filter((it) => it.weights.length)
      .map(({ node, weights }) => [
        node.id,
        weights.map(({ name, shape }) => {
          const next = randomStream(seedOf(node.id, name));
          const offset = name === "gamma" || name === "moving_variance" ? 1 : 0;
          const spread = Math.min(0.7, 2 / Math.sqrt(volume(shape.slice(0, -1))));
          return Float32Array.from({ length: volume(shape) }, () => offset + (next() * 2 - 1) * spread);
        }),
      ]),
  );
}
