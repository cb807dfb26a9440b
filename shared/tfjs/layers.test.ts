import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { expect, test } from "vitest";
import { initialWeights } from "../compile/weights.ts";
import { type Call, call } from "../nodes/kind.ts";
import { randomStream } from "../nodes/random.ts";
import { buildNetwork } from "./build.ts";
import { fillMask } from "./layers/random-fill.ts";
import { type Moment, trainingLayer } from "./layers.ts";
import { nodeBackends, use } from "./testing/backends.ts";
import { planOf } from "./testing/designs.ts";

/** Which of 4,000 ones a dropout layer keeps. */
function mask(name: string, moment: Moment, training = true): readonly number[] {
  const layer = trainingLayer(call("dropout", { rate: 0.25 }), name, moment);
  return tf.tidy(() => {
    const out = layer.apply(tf.ones([4, 1000]), { training });
    if (!(out instanceof tf.Tensor)) throw new Error("no tensor");
    return [...out.dataSync()];
  });
}

test("dropout masks follow seed, layer and step, on every backend alike", async () => {
  const masks = [];
  for (const backend of nodeBackends) {
    await use(backend);
    masks.push(mask("a", { seed: 1, step: 1 }));
  }
  const [first = [], second] = masks;
  expect(second).toEqual(first);
  expect(mask("a", { seed: 1, step: 1 })).toEqual(first);
  for (const other of [
    mask("a", { seed: 1, step: 2 }),
    mask("a", { seed: 2, step: 1 }),
    mask("b", { seed: 1, step: 1 }),
  ]) {
    // Independent masks of rate ¼ agree in ⅝ of the places.
    const same = other.filter((it, at) => it === first[at]).length / other.length;
    expect(same).toBeGreaterThan(0.58);
    expect(same).toBeLessThan(0.67);
  }
});

test("dropout keeps three quarters, scaled so that the mean stays; outside training it does nothing", () => {
  const values = mask("a", { seed: 1, step: 1 });
  expect(new Set(values)).toEqual(new Set([0, Math.fround(4 / 3)]));
  expect(values.filter((it) => it === 0).length / values.length).toBeCloseTo(0.25, 1);
  expect(new Set(mask("a", { seed: 1, step: 1 }, false))).toEqual(new Set([1]));
});

test("masks follow the random stream of the core", () => {
  const next = randomStream(77);
  const mask = new Float32Array(1000);
  fillMask(mask, 0.25, 77);
  expect([...mask]).toEqual(Array.from(mask, () => (next() < 0.25 ? 0 : Math.fround(4 / 3))));
});

test("batch norm normalises by the batch and moves its averages as Keras does", async () => {
  for (const backend of nodeBackends) {
    await use(backend);
    const layer = trainingLayer(
      call("batchNormalization", { momentum: 0.9, epsilon: 0.001, trainable: true }),
      "a",
      { seed: 1, step: 1 },
    );
    // Channel 0 holds 1, 3: mean 2, variance 1. Channel 1 holds 0, 8: mean 4, variance 16.
    const batch = tf.tensor2d([1, 0, 3, 8], [2, 2]);
    const out = layer.apply(batch, { training: true });
    if (!(out instanceof tf.Tensor)) throw new Error("no tensor");
    const [first, second] = [1 / Math.sqrt(1.001), 4 / Math.sqrt(16.001)];
    expect([...out.dataSync()]).toEqual([-first, -second, first, second].map((it) => expect.closeTo(it, 5)));
    const averages = layer.weights.slice(2).map((it) => [...it.read().dataSync()]);
    expect(averages).toEqual([
      [expect.closeTo(0.2, 6), expect.closeTo(0.4, 6)],
      [expect.closeTo(1, 6), expect.closeTo(2.5, 6)],
    ]);
  }
});

/** What a layer makes of ones. */
function trained(fn: string, args: Call["args"], shape: number[], moment: Moment, training = true): number[] {
  const layer = trainingLayer(call(fn, args), "a", moment);
  return tf.tidy(() => {
    const out = layer.apply(tf.ones(shape), { training });
    if (!(out instanceof tf.Tensor)) throw new Error("no tensor");
    return [...out.dataSync()];
  });
}

test("spatial dropout drops whole maps of single images, by seed and step", () => {
  const shape = [4, 5, 5, 50];
  const drop = (moment: Moment, training = true): number[] =>
    trained("spatialDropout2d", { rate: 0.25 }, shape, moment, training);
  const values = drop({ seed: 1, step: 1 });
  const maps = Array.from({ length: 200 }, (_, map) =>
    Array.from({ length: 25 }, (_, pixel) => values[Math.floor(map / 50) * 1250 + pixel * 50 + (map % 50)]),
  );
  for (const map of maps) expect(new Set(map).size).toBe(1);
  expect(new Set(values)).toEqual(new Set([0, Math.fround(4 / 3)]));
  expect(maps.filter(([first]) => first === 0).length / 200).toBeCloseTo(0.25, 1);
  expect(drop({ seed: 1, step: 1 })).toEqual(values);
  expect(drop({ seed: 1, step: 2 })).not.toEqual(values);
  expect(drop({ seed: 2, step: 1 })).not.toEqual(values);
  expect(new Set(drop({ seed: 1, step: 1 }, false))).toEqual(new Set([1]));
});

test("noise is normal with the deviation asked for, by seed and step, and off outside training", () => {
  const noise = (moment: Moment, training = true): number[] =>
    trained("gaussianNoise", { stddev: 0.5 }, [4, 1001], moment, training).map((it) => it - 1);
  const values = noise({ seed: 1, step: 1 });
  const mean = values.reduce((sum, it) => sum + it, 0) / values.length;
  const spread = Math.sqrt(values.reduce((sum, it) => sum + (it - mean) ** 2, 0) / values.length);
  expect(Math.abs(mean)).toBeLessThan(0.03);
  expect(spread).toBeCloseTo(0.5, 1);
  // 68 % of a normal distribution lie within one deviation, 95 % within two.
  const within = (far: number): number => values.filter((it) => Math.abs(it) < far).length / values.length;
  expect(Math.abs(within(0.5) - 0.683)).toBeLessThan(0.02);
  expect(Math.abs(within(1) - 0.954)).toBeLessThan(0.01);
  expect(noise({ seed: 1, step: 1 })).toEqual(values);
  expect(noise({ seed: 1, step: 2 })).not.toEqual(values);
  expect(new Set(noise({ seed: 1, step: 1 }, false))).toEqual(new Set([0]));
});

test("upsampling repeats and blends as Keras does", () => {
  const grow = (interpolation: string): number[] => {
    const layer = trainingLayer(call("upSampling2d", { size: [1, 2], interpolation }), "a", {
      seed: 1,
      step: 1,
    });
    return tf.tidy(() => {
      const out = layer.apply(tf.tensor4d([0, 4, 8], [1, 1, 3, 1]));
      if (!(out instanceof tf.Tensor)) throw new Error("no tensor");
      return [...out.dataSync()];
    });
  };
  expect(grow("nearest")).toEqual([0, 0, 4, 4, 8, 8]);
  // Pixel centres at half coordinates: a quarter on either side of each, the border repeated.
  expect(grow("bilinear")).toEqual([0, 1, 3, 5, 7, 8]);
});

test("a locally connected layer has kernels of its own at every place: 62,720 parameters", async () => {
  for (const backend of nodeBackends) {
    await use(backend);
    const plan = planOf(["input", { height: 28, width: 28 }], ["locallyConnected2d", { filters: 8 }]);
    const network = buildNetwork(plan, initialWeights(plan, 1), 1);
    expect(network.model.countParams()).toBe(62_720);
    expect(network.model.layers.at(-1)?.weights.map((it) => it.shape)).toEqual([
      [28, 28, 3, 3, 1, 8],
      [28, 28, 8],
    ]);
    network.dispose();
  }
});

test("models of layers that tfjs lacks are saved and loaded", async () => {
  const plan = planOf(
    ["input", { height: 5, width: 6 }],
    ["shufflePixels", { seed: 4 }],
    [
      "locallyConnected2d",
      { filters: 2, kernel: [2, 3], stride: [2, 1], padding: "valid", activation: "tanh" },
    ],
    ["locallyConnected2d", { filters: 2, bias: false, trainable: false }],
  );
  const network = buildNetwork(plan, initialWeights(plan, 1), 1);
  let saved: tf.io.ModelArtifacts = {};
  await network.model.save(
    tf.io.withSaveHandler(async (artifacts) => {
      saved = artifacts;
      return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) };
    }),
  );
  const loaded = await tfl.loadLayersModel(tf.io.fromMemory(saved));
  expect(loaded.trainableWeights.map((it) => it.shape)).toEqual([
    [2, 4, 2, 3, 1, 2],
    [2, 4, 2],
  ]);
  tf.tidy(() => {
    const images = tf.randomUniform([2, 5, 6, 1], 0, 1, "float32", 3);
    const [ours, theirs] = [network.model, loaded].map((it) => [
      ...(it.predict(images) as tf.Tensor).dataSync(),
    ]);
    expect(ours?.length).toBe(32);
    expect(theirs).toEqual(ours);
  });
  loaded.dispose();
  network.dispose();
});

test("a call that no factory knows is a bug that says its name", () => {
  expect(() => trainingLayer(call("convolve"), "a", { seed: 1, step: 0 })).toThrow("convolve");
});
