import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { arbitraryGraph } from "../compile/arbitrary-graphs.ts";
import { compile } from "../compile/compile.ts";
import type { Plan } from "../compile/plan.ts";
import { initialWeights, type Weights } from "../compile/weights.ts";
import { activations } from "../nodes/activation-functions.ts";
import { kinds } from "../nodes/index.ts";
import { permutation, randomStream, seedOf } from "../nodes/random.ts";
import { differenceOf, exportTfjs } from "./export.ts";
import { nodeBackends, use } from "./testing/backends.ts";
import { planOf } from "./testing/designs.ts";

const image = { height: 6, width: 5, channels: 3 };
const head = [["flatten"], ["dense", { units: 4, activation: "softmax" }]] as const;

const plans: readonly (readonly [name: string, plan: Plan])[] = [
  [
    "leaky ReLU in three places",
    planOf(
      ["input", image],
      ["conv2d", { activation: "leakyRelu" }],
      ["activation", { function: "leakyRelu" }],
      ["flatten"],
      ["dense", { units: 5, activation: "leakyRelu" }],
      ["dense", { units: 4, activation: "softmax" }],
    ),
  ],
  [
    "batch norm, learning and frozen",
    planOf(
      ["input", image],
      ["conv2d"],
      ["batchNorm"],
      ["batchNorm", { trainable: false, epsilon: 0.01 }],
      ...head,
    ),
  ],
  ["shuffled colours", planOf(["input", image], ["shufflePixels", { seed: 7 }], ["conv2d"], ...head)],
  [
    "shuffled greys, twice",
    planOf(["input", { height: 6, width: 5 }], ["shufflePixels"], ["shufflePixels", { seed: 2 }], ...head),
  ],
  [
    "a shuffled vector at the end",
    planOf(["input", { shape: [8] }], ["flatten"], ["dense", { units: 6 }], ["shufflePixels", { seed: 3 }]),
  ],
  [
    "branches",
    planOf(
      ["input", image],
      ["conv2d", { filters: 3 }],
      ["add", {}, ["n0", "n1"]],
      ["concat", {}, ["n2", "n1", "n0"]],
      ["dropout"],
      ["avgPool2d", { padding: "same" }],
      ["globalMaxPool2d"],
      ["dense", { units: 4, activation: "softmax" }],
    ),
  ],
  [
    "dilation",
    planOf(
      ["input", image],
      ["conv2d", { dilation: [2, 1] }],
      ["maxPool2d", { size: 3, stride: 2, padding: "same" }],
      ["globalAvgPool2d"],
      ["activation", { function: "softmax" }],
    ),
  ],
  [
    "a gate that repeats one number per channel, and a second input",
    planOf(
      ["input", image],
      ["input", image, []],
      ["globalAvgPool2d", {}, ["n0"]],
      ["dense", { units: 3, activation: "sigmoid" }],
      ["reshape", { target: [1, 1, 3] }],
      ["multiply", {}, ["n4", "n1"]],
      ["maximum", {}, ["n5", "n0"]],
      ["average", {}, ["n6", "n5", "n4"]],
      ["add", {}, ["n7", "n7"]],
      ...head,
    ),
  ],
  [
    "kernels of every sort",
    planOf(
      ["input", image],
      ["depthwiseConv2d", { multiplier: 2, stride: 2 }],
      ["batchNorm", { scale: false }],
      ["separableConv2d", { filters: 3, multiplier: 2, activation: "leakyRelu" }],
      ["batchNorm", { center: false, trainable: false }],
      ["conv2dTranspose", { filters: 2, stride: [2, 3], kernel: [3, 2] }],
      ["conv2d", { filters: 2, weights: "sobelHorizontal", across: "channel", trainable: false }],
      ["layerNorm", { scale: false }],
      ["spatialDropout2d"],
      ["gaussianNoise"],
      ...head,
    ),
  ],
  [
    "kernels of each place, in every way they can stand",
    planOf(
      ["input", image],
      ["locallyConnected2d", { filters: 2, activation: "softmax" }],
      ["locallyConnected2d", { filters: 3, stride: [2, 1], kernel: [1, 4], activation: "leakyRelu" }],
      ["locallyConnected2d", { kernel: 2, padding: "valid", bias: false, activation: "linear" }],
      ...head,
    ),
  ],
  [
    "larger and smaller",
    planOf(
      ["input", image],
      ["rescale", { scale: -2, offset: 0.5 }],
      ["upsample2d", { size: [2, 3], interpolation: "bilinear" }],
      ["crop2d", { amount: [1, 2, 3, 4] }],
      ["upsample2d", { size: [1, 5], interpolation: "bilinear" }],
      ["upsample2d", { size: [3, 2] }],
      ["zeroPad2d", { amount: [0, 1, 2, 3] }],
      ["avgPool2d", { size: 4, stride: 3, padding: "same" }],
      ...head,
    ),
  ],
  [
    "a size at which tfjs repeats a wrong pixel",
    planOf(["input", { height: 2, width: 3 }], ["upsample2d", { size: [49, 1] }], ["flatten"]),
  ],
  [
    "a row of a table",
    planOf(
      ["input", { shape: [6] }],
      ["layerNorm"],
      ["dense", { units: 8 }],
      ["reshape", { target: [2, 2, 2] }],
      ["upsample2d", { interpolation: "bilinear" }],
      ["flatten"],
      ["batchNorm"],
      ["dense", { units: 3, activation: "linear" }],
    ),
  ],
  [
    "every activation",
    planOf(
      ["input", image],
      ...activations.map((name) => ["conv2d", { filters: 2, activation: name }] as const),
      ...head,
    ),
  ],
];

describe.each(nodeBackends)("tfjs files on %s", (backend) => {
  beforeAll(() => use(backend));

  test.each(plans)("predict what the design predicts: %s", async (_, plan) => {
    const before = tf.memory().numTensors;
    const weights = trained(plan);
    const result = await exportTfjs(plan, weights);
    if ("refused" in result) throw new Error(result.refused);
    expect(result.files.map((it) => it.name)).toEqual(["model.json", "weights.bin"]);
    expect(result.largestDifference).toBeLessThan(1e-5);
    expect(tf.memory().numTensors).toBe(before);
  });

  test("files of other weights do not pass for the design's", async () => {
    const plan = plans[1]?.[1] ?? planOf();
    const result = await exportTfjs(plan, trained(plan));
    if ("refused" in result) throw new Error(result.refused);
    expect(await differenceOf(plan, trained(plan), result.files)).toBe(result.largestDifference);
    expect(await differenceOf(plan, initialWeights(plan, 1), result.files)).toBeGreaterThan(0.01);
  });
});

test("files hold stock layers under the node's names and weights under Keras's", async () => {
  await use("cpu");
  const plan = planOf(["input", image], ["conv2d", { activation: "leakyRelu" }], ["shufflePixels"], ...head);
  const result = await exportTfjs(plan, trained(plan));
  if ("refused" in result) throw new Error(result.refused);
  const json = JSON.parse(new TextDecoder().decode(result.files[0]?.bytes));
  expect(json.format).toBe("layers-model");
  const layers: { class_name: string; config: { name: string } }[] =
    json.modelTopology.config?.layers ?? json.modelTopology.model_config.config.layers;
  expect(layers.map((it) => `${it.config.name} ${it.class_name}`)).toEqual([
    "n0 InputLayer",
    "n1.conv2d Conv2D",
    "n1 LeakyReLU",
    "n2.reshape Reshape",
    "n2.permute Permute",
    "n2.dense Dense",
    "n2.permute3 Permute",
    "n2 Reshape",
    "n3 Flatten",
    "n4 Dense",
  ]);
  const names: string[] = json.weightsManifest[0].weights.map((it: { name: string }) => it.name);
  expect(names.toSorted()).toEqual([
    "n1.conv2d/bias",
    "n1.conv2d/kernel",
    "n2.dense/kernel",
    "n4/bias",
    "n4/kernel",
  ]);
});

test("random designs of every kind predict the same when loaded", async () => {
  await use("cpu");
  const met = new Set<string>();
  let exported = 0;
  await fc.assert(
    fc.asyncProperty(arbitraryGraph({ sound: true }), async (graph) => {
      const plan = compile(graph);
      if (!plan.ready) return;
      const result = await exportTfjs(plan, trained(plan));
      if ("refused" in result) throw new Error(result.refused);
      exported++;
      for (const { node } of plan.steps) met.add(node.kind);
    }),
    { numRuns: 500, seed: 11 },
  );
  expect(exported).toBeGreaterThan(150);
  // Random drawings hold no dense layer; the designs above do.
  expect(Object.keys(kinds).filter((it) => !met.has(it))).toEqual(["dense"]);
}, 60_000);

test("a loaded file shuffles as the kind says", async () => {
  await use("cpu");
  const plan = planOf(
    ["input", { height: 2, width: 3, channels: 2 }],
    ["shufflePixels", { seed: 5 }],
    ["flatten"],
  );
  const result = await exportTfjs(plan, {});
  if ("refused" in result) throw new Error(result.refused);
  const { weightsManifest, ...json } = JSON.parse(new TextDecoder().decode(result.files[0]?.bytes));
  const model = await tfl.loadLayersModel(
    tf.io.fromMemory({
      ...json,
      weightSpecs: weightsManifest[0].weights,
      weightData: result.files[1]?.bytes.buffer,
    }),
  );
  const pixels = Float32Array.from({ length: 12 }, (_, index) => index);
  const moved = (model.predict(tf.tensor(pixels, [1, 2, 3, 2])) as tf.Tensor).dataSync();
  expect([...moved]).toEqual([...permutation(6, 5)].flatMap((from) => [2 * from, 2 * from + 1]));
});

test("refuses what cannot be exported, and says why", async () => {
  await use("cpu");
  const plan = planOf(["input", { shape: [3] }], ["dense", { units: 2 }]);
  const broken = { n1: [Float32Array.of(1, 2, 3, 4, Number.NaN, 6), Float32Array.of(0, 0)] };
  expect(await exportTfjs(plan, broken)).toEqual({ refused: expect.stringContaining("no finite numbers") });
  const large = planOf(["input", { height: 65, width: 65 }], ["shufflePixels"], ["globalAvgPool2d"]);
  expect(await exportTfjs(large, {})).toEqual({
    refused:
      "The layer n1 (Shuffle Pixels, 65×65×1 → 65×65×1) is too large for a tfjs file: tfjs has no such layer, and the table in its place would hold 17,850,625 numbers; 16,777,216 are the most. Make its input smaller, or export an ONNX model or a Keras program instead.",
  });
  const places = planOf(
    ["input", { height: 64, width: 64, channels: 2 }],
    ["locallyConnected2d", { filters: 2, kernel: 64, padding: "valid" }],
    ...head,
  );
  expect(await exportTfjs(places, initialWeights(places, 1))).toEqual({
    refused: expect.stringContaining("The layer n1 (Locally Connected 2D, 64×64×2 → 1×1×2) is too large"),
  });
});

/** Weights as after training: nothing is 0 or 1 any more. */
function trained(plan: Plan): Weights {
  const start = initialWeights(plan, 3);
  return Object.fromEntries(
    Object.entries(start).map(([id, arrays]) => {
      const next = randomStream(seedOf("trained", id));
      return [id, arrays.map((it) => it.map((value) => value + next() * 0.2))];
    }),
  );
}
