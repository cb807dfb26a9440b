import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { drawable, drawDesign } from "../../../bench/agreement/draw-design.ts";
import { buildSimd } from "../../../build/simd.ts";
import { compile } from "../../compile/compile.ts";
import type { Plan } from "../../compile/plan.ts";
import { initialWeights, type Weights } from "../../compile/weights.ts";
import { templates } from "../../graph/templates.ts";
import { kinds } from "../../nodes/index.ts";
import { randomStream } from "../../nodes/random.ts";
import { volume } from "../../nodes/shape.ts";
import type { SimdBackend } from "../../simd/backend.ts";
import { registerSimd } from "../../simd/node.ts";
import type { Examples } from "../../train/dataset.ts";
import type { Recipe } from "../../train/recipe.ts";
import { buildNetwork, readWeights } from "../build.ts";
import { evaluate, inputShape } from "../evaluate.ts";
import { createMeter } from "../loss.ts";
import { use } from "../testing/backends.ts";
import { planOf } from "../testing/designs.ts";
import { gradientCases } from "../testing/gradient-cases.ts";
import { createTrainer, type Trainer } from "../trainer.ts";

const sgd: Recipe["optimizer"] = { name: "sgd", rate: 0.05 };
const adam: Recipe["optimizer"] = { name: "adam", rate: 0.01 };

interface Trained {
  readonly weights: Weights;
  readonly loss: number;
  readonly path: Trainer["path"];
}

/** Some steps on noise; the last batch is smaller. */
async function trained(
  plan: Plan,
  path: Trainer["path"],
  optimizer = sgd,
  sizes = [5, 5, 3],
): Promise<Trained> {
  const network = buildNetwork(plan, initialWeights(plan, 7), 7);
  const meter = createMeter();
  const trainer = createTrainer(network, meter, optimizer, path);
  const next = randomStream(11);
  const count = Math.max(...sizes);
  const classes = volume(plan.output?.output ?? [1]);
  for (const size of sizes) {
    const examples: Examples = {
      values: Float32Array.from({ length: count * volume(inputShape(network)) }, () => 2 * next() - 1),
      labels: Uint8Array.from({ length: count }, () => Math.floor(next() * classes)),
    };
    trainer.step(
      examples,
      Uint32Array.from({ length: size }, (_, place) => count - 1 - place),
    );
  }
  const [weights, { loss }] = [await readWeights(network), await meter.read()];
  trainer.dispose();
  meter.dispose();
  network.dispose();
  return { weights, loss, path: trainer.path };
}

/** How far apart two sets of weights are at most, relative where they exceed 1. */
function difference(a: Weights, b: Weights): number {
  expect(Object.keys(a)).toEqual(Object.keys(b));
  const apart = Object.entries(a).flatMap(([id, arrays]) =>
    arrays.flatMap((array, index) => {
      const other = b[id]?.[index] ?? new Float32Array();
      expect(other.length).toBe(array.length);
      return Array.from(
        array,
        (it, at) => Math.abs(it - (other[at] ?? Number.NaN)) / Math.max(1, Math.abs(it)),
      );
    }),
  );
  return apart.reduce((most, it) => Math.max(most, Number.isFinite(it) ? it : Number.POSITIVE_INFINITY), 0);
}

const drawn = Array.from({ length: 168 }, (_, seed) => {
  const wanted = drawable[seed % drawable.length] ?? "conv2d";
  return {
    name: `random ${seed}`,
    plan: () => compile(drawDesign({ seed, wanted: [wanted], learns: true })),
  };
});

// Random in training, which the drawn designs leave out.
const noisy = (["dropout", "spatialDropout2d", "gaussianNoise"] as const).map((kind) => ({
  name: kind,
  plan: () =>
    planOf(
      ["input", { height: 5, width: 4, channels: 2 }],
      ["conv2d", { filters: 3, activation: "tanh" }],
      [kind, kind === "gaussianNoise" ? { deviation: 0.3 } : { rate: 0.4 }],
      ["conv2d", { filters: 2 }],
      ["flatten"],
      ["dense", { units: 3, activation: "softmax" }],
    ),
}));

describe("a compiled step", () => {
  beforeAll(() => use("simd"));

  test("gives what the tape gives, in every kind with every setting and in random designs", async () => {
    const wrong: unknown[] = [];
    const met = new Set<string>();
    for (const { name, plan: draw } of [...gradientCases, ...noisy, ...drawn]) {
      const plan = draw();
      const compiled = await trained(plan, "compiled");
      const tape = await trained(plan, "tape");
      expect([compiled.path, tape.path]).toEqual(["compiled", "tape"]);
      const apart = Math.max(
        difference(tape.weights, compiled.weights),
        Math.abs(tape.loss - compiled.loss) / Math.max(1, Math.abs(tape.loss)),
      );
      for (const { node } of plan.steps) met.add(node.kind);
      if (!(apart <= 1e-4))
        wrong.push({ name, apart, kinds: plan.steps.map((it) => it.node.kind).join(" ") });
    }
    expect(wrong).toEqual([]);
    expect(Object.keys(kinds).filter((it) => !met.has(it))).toEqual([]);
  }, 60_000);
});

describe("whatever the number of threads", () => {
  afterAll(async () => {
    await registerSimd();
    await use("simd");
  });

  test("a run gives the same weights to the bit, on seven threads for three images too", async () => {
    await buildSimd();
    const plans = [
      ...drawn.slice(0, 56).map((it) => it.plan()),
      ...noisy.map((it) => it.plan()),
      ...templates
        .flatMap(({ document }) => document.designs.map((it) => compile(it)))
        .filter((it) => it.ready),
    ];
    let first: readonly Trained[] | undefined;
    for (const threads of [1, 2, 3, 7]) {
      const backend = await registerSimd({ threads, relaxed: false, shared: threads > 1 });
      backend.parallelFrom = 0;
      await use("simd");
      expect(backend.threads).toBe(threads);
      const results: Trained[] = [];
      for (const plan of plans) results.push(await trained(plan, "compiled", adam, [3, 3, 2]));
      first ??= results;
      for (const [index, { weights }] of results.entries())
        expect(weights, `design ${index} on ${threads} threads`).toEqual(first[index]?.weights);
      backend.dispose();
    }
  }, 120_000);
});

describe("the memory", () => {
  const small = () =>
    planOf(
      ["input", { height: 6, width: 6, channels: 1 }],
      ["conv2d", { filters: 4, activation: "tanh" }],
      ["batchNorm"],
      ["maxPool2d"],
      ["dropout", { rate: 0.2 }],
      ["flatten"],
      ["dense", { units: 3, activation: "softmax" }],
    );

  test("is as large after ten thousand steps as after ten, snapshots and evaluations in between", async () => {
    await use("simd");
    const { heap } = tf.backend() as SimdBackend;
    const network = buildNetwork(small(), initialWeights(small(), 1), 1);
    const meter = createMeter();
    const trainer = createTrainer(network, meter, adam);
    const examples: Examples = {
      values: Float32Array.from({ length: 8 * 36 }, randomStream(3)),
      labels: Uint8Array.of(0, 1, 2, 0, 1, 2, 0, 1),
    };
    const all = Uint32Array.of(0, 1, 2, 3, 4, 5, 6, 7);
    const state = () => ({ live: heap.liveBytes, peak: heap.peakBytes, tensors: tf.memory().numTensors });
    let early: ReturnType<typeof state> | undefined;
    for (let step = 1; step <= 10_000; step++) {
      trainer.step(examples, step % 100 ? all : all.subarray(0, 5));
      if (step % 500 === 0) {
        tf.dispose([...network.snapshot()]);
        await evaluate(network, examples, { from: 0, to: 8 }, () => Promise.resolve(true));
      }
      if (step === 1000) early = state();
    }
    expect(state()).toEqual(early);
    const before = heap.liveBytes;
    trainer.dispose();
    expect(heap.liveBytes).toBeLessThan(before);
    meter.dispose();
    network.dispose();
  }, 60_000);

  test("that is not enough is said, and the weights stay", async () => {
    await use("simd");
    const { heap } = tf.backend() as SimdBackend;
    const plan = planOf(
      ["input", { height: 256, width: 256, channels: 3 }],
      ["conv2d", { filters: 64 }],
      ["globalAvgPool2d"],
      ["dense", { units: 2, activation: "softmax" }],
    );
    const start = initialWeights(plan, 1);
    const network = buildNetwork(plan, start, 1);
    const meter = createMeter();
    const trainer = createTrainer(network, meter, adam);
    const example = volume(inputShape(network));
    const examples: Examples = { values: new Float32Array(example), labels: Uint8Array.of(1) };
    const before = heap.liveBytes;
    expect(() => trainer.step(examples, new Uint32Array(256))).toThrow(
      /^The network needs more memory than the CPU backend can have: .* Train with a smaller batch or a smaller network\.$/,
    );
    expect(await readWeights(network)).toEqual(start);
    // What had been taken is free again, and a batch that fits goes on.
    expect(heap.liveBytes - before).toBeLessThan(2 ** 20);
    trainer.step(examples, new Uint32Array(1));
    expect(await readWeights(network)).not.toEqual(start);
    trainer.dispose();
    meter.dispose();
    network.dispose();
  });
});
