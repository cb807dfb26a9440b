import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { compile } from "../compile/compile.ts";
import { initialWeights } from "../compile/weights.ts";
import { buildNetwork } from "./build.ts";
import { nodeBackends, use } from "./testing/backends.ts";
import { design, planOf } from "./testing/designs.ts";
import { createWatcher, pauseAfterLook } from "./watch.ts";

const plan = planOf(
  ["input", { height: 4, width: 3, channels: 2 }],
  ["conv2d", { filters: 10, kernel: [1, 3], activation: "linear" }],
  ["batchNorm"],
  ["dropout"],
  ["flatten"],
  ["dense", { units: 3, activation: "softmax" }],
);
const pixels = Float32Array.from({ length: 24 }, (_, index) => Math.sin(index));
const weights = initialWeights(plan, 2);

describe.each(nodeBackends)("looking on %s", (backend) => {
  beforeAll(() => use(backend));

  test("gives eight maps of every node, map after map", async () => {
    const network = buildNetwork(plan, weights, 1);
    const { maps, kernels } = await createWatcher(network).look(pixels);
    expect(maps.map(({ node, count, shape, values }) => [node, count, shape, values.length])).toEqual([
      ["n0", 2, [4, 3, 2], 24],
      ["n1", 8, [4, 3, 10], 96],
      ["n2", 8, [4, 3, 10], 96],
      ["n3", 8, [4, 3, 10], 96],
      ["n4", 1, [120], 120],
      ["n5", 1, [3], 3],
    ]);
    expect(kernels).toBeUndefined();
    expect([...(maps[0]?.values ?? [])]).toEqual([
      ...pixels.filter((_, at) => at % 2 === 0),
      ...pixels.filter((_, at) => at % 2 === 1),
    ]);
    // Map 1 of the convolution at row 0, column 1, by hand: kernel [1, 3, 2, 10].
    const [kernel = new Float32Array()] = weights.n1 ?? [];
    let sum = 0;
    for (let column = 0; column < 3; column++)
      for (let channel = 0; channel < 2; channel++)
        sum += (pixels[column * 2 + channel] ?? 0) * (kernel[(column * 2 + channel) * 10 + 1] ?? 0);
    expect(maps[1]?.values[12 + 1]).toBeCloseTo(sum, 5);
    // Batch norm with its first averages divides by √1.001; dropout is off.
    expect(maps[2]?.values[13]).toBeCloseTo(sum / Math.sqrt(1.001), 5);
    expect(maps[3]?.values).toEqual(maps[2]?.values);
    expect((maps[5]?.values ?? new Float32Array()).reduce((total, it) => total + it, 0)).toBeCloseTo(1, 5);
    network.dispose();
  });

  test("gives the focus in full, with its kernels", async () => {
    const before = tf.memory().numTensors;
    const network = buildNetwork(plan, weights, 1);
    const watcher = createWatcher(network);
    const { maps, kernels } = await watcher.look(pixels, "n1");
    expect(maps[1]?.count).toBe(10);
    expect(maps[1]?.values).toHaveLength(120);
    expect(maps[2]?.count).toBe(8);
    expect(kernels).toEqual({ node: "n1", shape: [1, 3, 2, 10], values: weights.n1?.[0] });
    expect((await watcher.look(pixels, "n5")).kernels).toBeUndefined();
    network.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test("shows the part of a half-drawn design that works", async () => {
    const half = compile(
      design(["input", { height: 4, width: 3, channels: 2 }], ["conv2d", { filters: 2 }], ["dense"]),
    );
    expect(half.ready).toBe(false);
    const network = buildNetwork(half, initialWeights(half, 1), 1);
    const { maps } = await createWatcher(network).look(pixels);
    expect(maps.map((it) => it.node)).toEqual(["n0", "n1"]);
    network.dispose();
  });

  test("every input of several shows the example, and what follows from it", async () => {
    const two = planOf(
      ["input", { height: 2, width: 2 }],
      ["input", { height: 2, width: 2 }, []],
      ["rescale", { scale: 10 }, ["n1"]],
      ["add", {}, ["n0", "n2"]],
    );
    const network = buildNetwork(two, {}, 1);
    expect(network.model.inputs.length).toBe(1);
    const { maps } = await createWatcher(network).look(Float32Array.of(1, 2, 3, 4));
    expect(maps.map((it) => [it.node, [...it.values]])).toEqual([
      ["n0", [1, 2, 3, 4]],
      ["n1", [1, 2, 3, 4]],
      ["n2", [10, 20, 30, 40]],
      ["n3", [11, 22, 33, 44]],
    ]);
    network.dispose();
  });

  test("the image alone is something to see", async () => {
    const only = compile(design(["input", { height: 4, width: 3, channels: 2 }]));
    const network = buildNetwork(only, {}, 1);
    expect((await createWatcher(network).look(pixels)).maps.map((it) => it.node)).toEqual(["n0"]);
    network.dispose();
  });
});

test("looking takes less than a twelfth of the time", () => {
  expect(pauseAfterLook(1)).toBeLessThan(1000 / 6);
  for (const ms of [1, 8, 20, 100, 2000]) expect(ms / (ms + pauseAfterLook(ms))).toBeLessThan(0.05);
});
