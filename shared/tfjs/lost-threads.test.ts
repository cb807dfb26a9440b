import { afterEach, beforeAll, expect, test } from "vitest";
import { buildSimd } from "../../build/simd.ts";
import { initialWeights, type Weights } from "../compile/weights.ts";
import type { SimdBackend } from "../simd/backend.ts";
import { Control } from "../simd/kernels/protocol.ts";
import { defaultRecipe, type Recipe } from "../train/recipe.ts";
import { readWeights } from "./build.ts";
import { createControl } from "./control.ts";
import { train } from "./fit.ts";
import type { Outcome } from "./job.ts";
import { tinyData } from "./testing/data.ts";
import { planOf } from "./testing/designs.ts";
import { killable, mortal, poison, startPool } from "./testing/pools.ts";
import { realTime } from "./testing/time.ts";

// Threads of the CPU backend that die while a whole run is trained.

beforeAll(() => buildSimd(), 120_000);

let started: SimdBackend | undefined;
afterEach(() => started?.dispose());

const start: typeof startPool = async (...given) => {
  started = await startPool(...given);
  return started;
};

const plan = planOf(
  ["input", { height: 8, width: 8 }],
  // Large enough for every kind of job to be shared.
  ["conv2d", { filters: 32, padding: "same" }],
  ["batchNorm"],
  ["dropout", { rate: 0.2 }],
  ["conv2d", { filters: 32 }],
  ["maxPool2d"],
  ["flatten"],
  ["dense", { units: 3, activation: "softmax" }],
);
/** Four steps in an epoch, the last one with fewer examples. */
const recipe: Recipe = {
  ...defaultRecipe,
  epochs: 10,
  batch: 20,
  validation: 0.25,
  seed: 4,
  optimizer: { name: "adam", rate: 0.01 },
};

interface Ran {
  /** Undefined where the run broke off. */
  readonly outcome: Outcome | undefined;
  readonly trouble: unknown;
  /** Weights after each step that was finished. */
  readonly after: readonly Weights[];
  /** What was handed over last, in case that the run does not end well. */
  readonly kept: Weights | undefined;
}

/** Trains, and calls `disturb` after each step, with its number from 1 on. */
async function run(
  disturb: (step: number) => unknown = () => undefined,
  epochs = recipe.epochs,
): Promise<Ran> {
  const after: Weights[] = [];
  let kept: Weights | undefined;
  let outcome: Outcome | undefined;
  let trouble: unknown;
  // Pausing after every step.
  const control = createControl("step");
  try {
    outcome = await train({
      plan,
      dataset: tinyData(),
      recipe: { ...recipe, epochs },
      weights: initialWeights(plan, recipe.seed),
      control,
      // On a clock that stands still nothing is handed over because time has passed.
      time: { ...realTime, now: () => 0 },
      listener: {
        paused: () => void setImmediate(() => control.proceed("step")),
        keep(weights) {
          kept = weights;
        },
        async rest(network) {
          after.push(await readWeights(network));
          await disturb(after.length);
        },
      },
    });
  } catch (thrown) {
    trouble = thrown;
  }
  return { outcome, trouble, after, kept };
}

const results = ({ outcome }: Ran): unknown =>
  outcome && {
    why: outcome.why,
    weights: outcome.weights,
    test: outcome.test,
    epochs: outcome.epochs.map(({ seconds: _, ...it }) => it),
  };

async function undisturbed(threads: number): Promise<Ran> {
  const { heap } = await start(threads);
  const ran = await run();
  expect(ran.outcome?.why).toBe("done");
  expect(ran.after).toHaveLength(40);
  const sharedJobs = Atomics.load(heap.words, Control.ticket / 4) >> 16;
  expect(sharedJobs / ran.after.length > 15).toBe(threads > 1);
  started?.dispose();
  return ran;
}

test("workers that die between steps change no bit of what a run gives", async () => {
  const [alone, three] = [await undisturbed(1), await undisturbed(3)];
  expect(results(three)).toEqual(results(alone));
  const { workers, spawnOne } = killable();
  const backend = await start(3, spawnOne);
  const asleep = (): number => Atomics.load(backend.heap.words, Control.sleepers / 4);
  const disturbed = await run(async (step) => {
    // Before the smaller batch is met, whose step is then prepared for fewer threads.
    if (step === 2) {
      await expect.poll(asleep).toBe(2);
      await workers[0]?.terminate();
      expect(backend.threads).toBe(2);
    }
    if (step === 21) await workers[1]?.terminate();
  });
  expect(backend.threads).toBe(1);
  expect(results(disturbed)).toEqual(results(three));
});

test("workers that never take a share hold no run up", async () => {
  const three = await undisturbed(3);
  await start(3, () => Promise.resolve({ terminate: () => undefined }));
  expect(results(await run())).toEqual(results(three));
});

/** A mark is known to be good at the next one, eight steps later. */
const newestGood = (steps: number): number => Math.floor(steps / 8) * 8 - 8;

function expectLastGood({ outcome, trouble, after, kept }: Ran): void {
  expect(outcome).toBeUndefined();
  expect(trouble).toMatchObject({ message: expect.stringMatching(/^A thread of the CPU backend died/) });
  expect(after.length).toBeGreaterThan(20);
  expect(kept).toEqual(after[newestGood(after.length) - 1]);
}

test("a worker that dies in the middle of a share ends the run in words, with the last good weights", async () => {
  const { spawnOne, die } = mortal();
  const backend = await start(3, spawnOne);
  // However seldom a busy machine lets it have a share.
  const ran = await run((step) => step === 21 && die(), 100_000);
  expectLastGood(ran);
  // Those who are left must not be trusted either: one of them may be what hangs.
  expect(backend.threads).toBe(1);
  expect(results(await run())).toEqual(results(await undisturbed(1)));
});

test("a worker that throws ends the run in words, with the last good weights", async () => {
  const backend = await start(3);
  const ran = await run(async (step) => {
    if (step !== 21) return;
    poison(backend);
    await expect.poll(() => Atomics.load(backend.heap.words, Control.broken / 4)).toBe(1);
  });
  expectLastGood(ran);
  expect(results(await run())).toEqual(results(await undisturbed(1)));
});
