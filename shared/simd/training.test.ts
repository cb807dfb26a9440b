import * as tf from "@tensorflow/tfjs-core";
import * as layers from "@tensorflow/tfjs-layers";
import { beforeAll, describe, expect, test } from "vitest";
import type { SimdBackend } from "./backend.ts";
import { createOptimizer, type OptimizerSettings } from "./optimizers.ts";
import { Dice, startBackend } from "./testing/agreement.ts";

// The leak check would trip over the tensors that tfjs's losses keep for their gradients.
tf.env().set("IS_TEST", false);
tf.enableProdMode();

type Net = () => layers.Sequential;
const { conv2d, maxPooling2d, averagePooling2d, flatten, dense, batchNormalization, activation } =
  layers.layers;

const lenet: Net = () =>
  layers.sequential({
    layers: [
      conv2d({ inputShape: [12, 12, 1], filters: 8, kernelSize: 5, padding: "same", activation: "relu" }),
      maxPooling2d({ poolSize: 2 }),
      conv2d({ filters: 16, kernelSize: 5, padding: "same", activation: "relu" }),
      maxPooling2d({ poolSize: 2 }),
      flatten(),
      dense({ units: 20, activation: "relu" }),
      dense({ units: 5 }),
    ],
  });
const winograd: Net = () =>
  layers.sequential({
    layers: [
      conv2d({ inputShape: [9, 8, 3], filters: 16, kernelSize: 3, padding: "same", activation: "relu" }),
      conv2d({ filters: 16, kernelSize: 3, padding: "same", activation: "relu" }),
      maxPooling2d({ poolSize: 2 }),
      flatten(),
      dense({ units: 5 }),
    ],
  });
const smooth: Net = () =>
  layers.sequential({
    layers: [
      conv2d({ inputShape: [10, 10, 2], filters: 6, kernelSize: 3, strides: 2, activation: "tanh" }),
      batchNormalization(),
      activation({ activation: "sigmoid" }),
      averagePooling2d({ poolSize: 2 }),
      flatten(),
      dense({ units: 5 }),
    ],
  });
const nets: readonly (readonly [string, Net])[] = [
  ["LeNet", lenet],
  ["Winograd net", winograd],
  ["net with tanh, batch norm and average pooling", smooth],
];

const batch = 6;
const classes = 5;

describe.each([1, 2])("training on %i threads", (threads) => {
  let backend: SimdBackend;
  beforeAll(async () => {
    backend = await startBackend(threads);
  });

  test.each(nets)("three steps of a %s give the weights that tfjs gives", async (_, net) => {
    const expected = await train("cpu", net, 3, () => tf.train.sgd(0.1));
    const actual = await train("simd", net, 3, () => ours({ name: "sgd", rate: 0.1 }));
    expect(expected.losses.every(Number.isFinite)).toBe(true);
    expect(expected.losses.at(-1)).toBeLessThan(expected.losses[0] ?? 0);
    expect(farthest(expected.losses, actual.losses)).toBeLessThan(1e-4);
    expect(actual.weights.length).toBe(expected.weights.length);
    expect(farthest(expected.weights, actual.weights)).toBeLessThan(1e-4);
  });

  test.each(nets)("the same steps of a %s give the same bits", async (_, net) => {
    const first = await train("simd", net, 4, () => ours({ name: "adam", rate: 0.01 }));
    const second = await train("simd", net, 4, () => ours({ name: "adam", rate: 0.01 }));
    expect(second).toEqual(first);
  });

  test("steps leave neither tensors nor memory behind", async () => {
    await tf.setBackend("simd");
    const { step, dispose } = prepare(lenet, ours({ name: "adam", rate: 0.01 }));
    for (let i = 0; i < 3; i++) step();
    const before = [tf.memory().numTensors, backend.heap.liveBytes, backend.heap.peakBytes];
    for (let i = 0; i < 30; i++) step();
    expect([tf.memory().numTensors, backend.heap.liveBytes, backend.heap.peakBytes]).toEqual(before);
    dispose();
  });
});

test("one thread, two and three give the same bits", async () => {
  for (const [, net] of nets) {
    const results: unknown[] = [];
    for (const threads of [1, 2, 3]) {
      await startBackend(threads);
      results.push(await train("simd", net, 3, () => ours({ name: "momentum", rate: 0.05 }), 19));
    }
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  }
});

interface Trained {
  readonly losses: number[];
  readonly weights: number[];
}

async function train(
  name: string,
  net: Net,
  steps: number,
  optimizer: () => tf.Optimizer,
  size = batch,
): Promise<Trained> {
  await tf.setBackend(name);
  const { model, step, dispose } = prepare(net, optimizer(), size);
  const losses = Array.from({ length: steps }, step);
  const weights = model.trainableWeights.flatMap((it) => Array.from(it.read().dataSync()));
  dispose();
  return { losses, weights };
}

/** A model with weights, images and labels that are the same on every call. */
function prepare(net: Net, optimizer: tf.Optimizer, size = batch) {
  const dice = new Dice(7);
  const model = net();
  const input = (shape: readonly number[]) => tf.tensor([...dice.input(shape).values], [...shape]);
  for (const it of model.trainableWeights) it.write(tf.tidy(() => tf.mul(input(dimensions(it.shape)), 0.3)));
  const images = input([size, ...dimensions(model.inputs[0]?.shape.slice(1) ?? [])]);
  const labels = tf.tidy(() =>
    tf.cast(
      tf.oneHot(
        tf.tensor1d(
          Array.from({ length: size }, (_, i) => i % classes),
          "int32",
        ),
        classes,
      ),
      "float32",
    ),
  );
  const step = (): number =>
    tf.tidy(() => {
      const loss = () =>
        tf.reshape<tf.Rank.R0>(tf.losses.softmaxCrossEntropy(labels, outputOf(model, images)), []);
      const cost = optimizer.minimize(
        loss,
        true,
        model.trainableWeights.map((it) => variable(it.read())),
      );
      return cost?.dataSync()[0] ?? Number.NaN;
    });
  const dispose = () => {
    optimizer.dispose();
    model.dispose();
    images.dispose();
    labels.dispose();
  };
  return { model, step, dispose };
}

function outputOf(model: layers.Sequential, images: tf.Tensor): tf.Tensor {
  const output = model.apply(images, { training: true });
  if (output instanceof tf.Tensor) return output;
  throw new Error("the model has one output");
}

function variable(tensor: tf.Tensor): tf.Variable {
  if (tensor instanceof tf.Variable) return tensor;
  throw new Error("a trainable weight is a variable");
}

function dimensions(shape: readonly (number | null)[]): number[] {
  return shape.map((it) => it ?? 1);
}

function ours(settings: OptimizerSettings): tf.Optimizer {
  const optimizer = createOptimizer(settings);
  if (!optimizer) throw new Error("the simd backend is not the current one");
  return optimizer;
}

function farthest(expected: readonly number[], actual: readonly number[]): number {
  return Math.max(...expected.map((value, i) => Math.abs(value - (actual[i] ?? Number.NaN))));
}
