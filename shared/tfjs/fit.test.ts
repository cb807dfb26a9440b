import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import type { Plan } from "../compile/plan.ts";
import { initialWeights, type Weights, weightsFit } from "../compile/weights.ts";
import { defaultRecipe, optimizers, type Recipe } from "../train/recipe.ts";
import { allFinite, buildNetwork, readWeights } from "./build.ts";
import { createControl } from "./control.ts";
import { train } from "./fit.ts";
import type { Job, Outcome } from "./job.ts";
import { nodeBackends, use } from "./testing/backends.ts";
import { tinyData } from "./testing/data.ts";
import { planOf } from "./testing/designs.ts";
import { realTime } from "./testing/time.ts";

const dataset = tinyData();
const input = ["input", { height: 8, width: 8 }] as const;
const end = [["flatten"], ["dense", { units: 3, activation: "softmax" }]] as const;
const plain = planOf(input, ["conv2d", { filters: 4 }], ["maxPool2d"], ...end);
/** Everything that could be forgotten between two runs: masks, averages, frozen parts, branches. */
const rich = planOf(
  input,
  ["shufflePixels"],
  ["conv2d", { filters: 4, dilation: 2, activation: "linear" }],
  ["batchNorm", { momentum: 0.8 }],
  ["activation", { function: "leakyRelu" }],
  ["dropout", { rate: 0.3 }],
  ["avgPool2d", { size: 3, stride: 2, padding: "same" }],
  ["conv2d", { filters: 4, trainable: false }],
  ["add", {}, ["n6", "n7"]],
  ["globalMaxPool2d"],
  ["dense", { units: 3, activation: "softmax" }],
);
const recipe: Recipe = {
  ...defaultRecipe,
  epochs: 2,
  batch: 20,
  validation: 0.25,
  seed: 4,
  optimizer: { name: "adam", rate: 0.01 },
};

const run = (plan: Plan, changes: Partial<Recipe> = {}, more: Partial<Job> = {}): Promise<Outcome> => {
  const whole = { ...recipe, ...changes };
  return train({
    plan,
    dataset,
    recipe: whole,
    weights: initialWeights(plan, whole.seed),
    control: createControl(),
    time: realTime,
    ...more,
  });
};

const flat = (weights: Weights): number[] =>
  Object.values(weights).flatMap((it) => it.flatMap((array) => [...array]));
const farthest = (a: Weights, b: Weights): number => {
  const other = flat(b);
  return Math.max(...flat(a).map((it, index) => Math.abs(it - (other[index] ?? Number.NaN))));
};

describe.each(nodeBackends)("training on %s", (backend) => {
  beforeAll(() => use(backend));

  test("learns, and measures what it learned", async () => {
    const { why, epochs, test: score, weights, imagesPerSecond } = await run(plain, { epochs: 20 });
    expect(why).toBe("done");
    expect(epochs.map((it) => it.epoch)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    expect(epochs.at(-1)?.loss).toBeLessThan(0.6 * (epochs[0]?.loss ?? 0));
    expect(epochs.at(-1)?.valAccuracy).toBeGreaterThan(0.7);
    expect(score?.accuracy).toBeGreaterThan(0.7);
    expect(imagesPerSecond).toBeGreaterThan(0);
    expect(weightsFit(plain, weights)).toBe(true);
  });

  test.each([
    ["plain", plain],
    ["rich", rich],
  ] as const)("the same run twice gives the same weights: %s", async (_, plan) => {
    const [first, second, other] = [await run(plan), await run(plan), await run(plan, { seed: 5 })];
    expect(first.weights).toEqual(second.weights);
    expect(first.epochs.map(({ seconds: _, ...it }) => it)).toEqual(
      second.epochs.map(({ seconds: _, ...it }) => it),
    );
    expect(farthest(first.weights, other.weights)).toBeGreaterThan(0.01);
  });

  test("pauses, single steps and epochs change nothing", async () => {
    const whole = await run(rich);
    const control = createControl("step");
    let pauses = 0;
    const stepped = await run(
      rich,
      {},
      {
        control,
        listener: {
          paused() {
            pauses++;
            setImmediate(() => control.proceed(pauses < 3 ? "step" : pauses === 3 ? "epoch" : "end"));
          },
        },
      },
    );
    expect(pauses).toBe(4);
    expect(stepped.weights).toEqual(whole.weights);
  });

  test("frozen layers and averages of a frozen batch norm stay", async () => {
    const plan = planOf(
      input,
      ["conv2d", { filters: 2, trainable: false }],
      ["batchNorm", { trainable: false }],
      ...end,
    );
    const start = initialWeights(plan, recipe.seed);
    const { weights } = await run(plan);
    expect(weights.n1).toEqual(start.n1);
    expect(weights.n2).toEqual(start.n2);
    expect(weights.n4).not.toEqual(start.n4);
  });

  test("a design with nothing to learn still runs", async () => {
    const plan = planOf(
      input,
      ["batchNorm", { trainable: true }],
      ["flatten"],
      ["dense", { units: 3, trainable: false }],
    );
    expect((await run(plan)).why).toBe("done");
    const frozen = planOf(input, ["flatten"], ["dense", { units: 3, trainable: false }]);
    expect((await run(frozen)).weights).toEqual(initialWeights(frozen, recipe.seed));
  });

  test("stops early and keeps the best weights", async () => {
    const rate = { name: "sgd", rate: 3 } as const;
    const changes = { epochs: 40, optimizer: rate, earlyStopping: { on: true, patience: 2 } };
    const { why, epochs, weights } = await run(plain, changes);
    expect(why).toBe("early");
    const losses = epochs.map((it) => it.valLoss ?? 0);
    const best = losses.indexOf(Math.min(...losses)) + 1;
    expect(epochs.length).toBe(best + 2);
    const upToBest = await run(plain, {
      ...changes,
      epochs: best,
      earlyStopping: { on: false, patience: 2 },
    });
    expect(weights).toEqual(upToBest.weights);
  });

  test("a rate far too large ends the run with finite weights", async () => {
    const results = [];
    for (const name of optimizers) {
      const changes = { epochs: 30, optimizer: { name, rate: 1e30 } };
      const { why, weights, test: score } = await run(plain, changes);
      expect(allFinite(weights)).toBe(true);
      expect(weightsFit(plain, weights)).toBe(true);
      if (why === "diverged") expect(score).toBeUndefined();
      results.push(why);
      expect((await run(plain, changes)).weights).toEqual(weights);
    }
    expect(results).toContain("diverged");
  });

  test("a very last step that breaks the weights is noticed", async () => {
    const changes = { epochs: 1, batch: 96, validation: 0, optimizer: { name: "sgd", rate: 1e39 } } as const;
    const { why, weights } = await run(plain, changes);
    expect(why).toBe("diverged");
    expect(weights).toEqual(initialWeights(plain, recipe.seed));
  });

  test("weights that are read are copies", async () => {
    const network = buildNetwork(plain, initialWeights(plain, 1), 1);
    const first = await readWeights(network);
    for (const array of first.n1 ?? []) array.fill(7);
    expect(await readWeights(network)).toEqual(initialWeights(plain, 1));
    network.dispose();
  });

  test.each(optimizers)("what was good before %s diverged is kept, not the start", async (name) => {
    const sudden = { ...dataset, train: { ...dataset.train, values: dataset.train.values.slice() } };
    // One image that no training survives, met somewhere in an epoch of single images.
    sudden.train.values.fill(Number.NaN, 5 * 64, 6 * 64);
    const changes = { batch: 1, optimizer: { name, rate: 0.01 } };
    const { why, weights } = await run(plain, changes, { dataset: sudden });
    expect(why).toBe("diverged");
    expect(allFinite(weights)).toBe(true);
    expect(farthest(weights, initialWeights(plain, recipe.seed))).toBeGreaterThan(1e-4);
  });

  test.each(optimizers)(
    "slopes of ∞ − ∞ reach the weights by %s, though the loss was finite",
    async (name) => {
      const linear = { units: 2, activation: "linear", bias: false };
      const last = { units: 3, activation: "softmax" };
      const plan = planOf(input, ["flatten"], ["dense", linear], ["dense", linear], ["dense", last]);
      // The first layer gives 0 whatever it sees. Its slopes are infinite, of one sign for rows and the other for columns.
      const start = initialWeights(plan, 1);
      start.n2?.[0]?.fill(0);
      start.n3?.[0]?.fill(1e30);
      start.n4?.[0]?.set([1e30, -1e30, 0, 1e30, -1e30, 0]);
      for (const changes of [{ epochs: 2 }, { epochs: 1, batch: 96, validation: 0 }]) {
        const recipe = { ...changes, optimizer: { name, rate: 0.01 } };
        const { why, weights } = await run(plan, recipe, { weights: start });
        expect(why).toBe("diverged");
        expect(weights).toEqual(start);
      }
    },
  );

  test("a stop is answered within 200 ms and brings the weights", async () => {
    const control = createControl();
    let asked = 0;
    setTimeout(() => {
      asked = performance.now();
      control.stop();
    }, 60);
    const { why, weights } = await run(plain, { epochs: 100_000 }, { control });
    expect(performance.now() - asked).toBeLessThan(200);
    expect(why).toBe("stopped");
    expect(weightsFit(plain, weights)).toBe(true);
  });

  test("others get the thread although epochs are short", async () => {
    let rests = 0;
    let ticks = 0;
    // Ten ticks an epoch: far less than the time after which a run rests.
    const time = { ...realTime, now: () => ticks++ };
    await run(plain, { epochs: 30, batch: 96 }, { time, listener: { rest: async () => void rests++ } });
    expect(rests).toBeGreaterThan(3);
  });

  test("no tensor is left behind, and none gathers while training", async () => {
    await run(rich);
    const before = tf.memory().numTensors;
    const counts: number[] = [];
    let ticks = 0;
    // A clock that jumps makes the run rest after every step.
    const jumping = { ...realTime, now: () => 30 * ticks++ };
    await run(
      rich,
      { epochs: 12 },
      { time: jumping, listener: { rest: async () => void counts.push(tf.memory().numTensors) } },
    );
    expect(tf.memory().numTensors).toBe(before);
    // The guard's two snapshots and the optimizer's averages come within the first 16 steps.
    expect(new Set(counts.slice(30)).size).toBe(1);
    expect(counts.length).toBeGreaterThan(40);
  });
});

test("one training step is the same on every backend", async () => {
  for (const name of optimizers) {
    const results: Weights[] = [];
    for (const backend of nodeBackends) {
      await use(backend);
      const { weights } = await run(rich, {
        epochs: 1,
        batch: 96,
        validation: 0,
        optimizer: { name, rate: 0.01 },
      });
      results.push(weights);
    }
    const [first, second] = results;
    if (!first || !second) throw new Error("two backends were to be compared");
    // RMSprop and Adam divide by the gradient's size, which turns rounding errors of tiny gradients into steps.
    expect(farthest(first, second)).toBeLessThan(name === "sgd" || name === "momentum" ? 1e-5 : 2e-2);
  }
});
