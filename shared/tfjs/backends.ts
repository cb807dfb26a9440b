import * as tf from "@tensorflow/tfjs-core";
import type { Plan } from "../compile/plan.ts";
import { initialWeights } from "../compile/weights.ts";
import { randomStream } from "../nodes/random.ts";
import { volume } from "../nodes/shape.ts";
import type { BackendName, BackendTrial } from "../protocol/training.ts";
import type { SimdBackend } from "../simd/backend.ts";
import type { Recipe } from "../train/recipe.ts";
import { buildNetwork } from "./build.ts";
import { inputShape } from "./evaluate.ts";
import type { Time } from "./job.ts";
import { createMeter } from "./loss.ts";
import { createTrainer } from "./trainer.ts";

/** The place a program runs in, as far as backends go: one for Node, one for the browser's worker. */
export interface BackendHost {
  /** What there is, in the order of trying. `cpu` is measured only where nothing else works. */
  readonly names: readonly BackendName[];
  /** Loads and registers a backend; a word for the status bar, or undefined where it cannot work here. */
  start(name: BackendName): Promise<string | undefined>;
  /** Whether a graphics backend would only draw in software, which is always slower than `simd` and not worth measuring. */
  isSoftware?(name: BackendName): Promise<boolean>;
  /** Why the backend in use can no longer be trusted, where that is known: its results may be garbage. */
  lost?(): string | undefined;
}

/** A backend that is now the current one. */
export interface Started {
  readonly name: BackendName;
  /** For the status bar: `SIMD ×2`. */
  readonly detail: string;
}

/** The status bar's words for the SIMD backend. */
export const simdDetail = ({ threads }: SimdBackend): string => (threads > 1 ? `SIMD ×${threads}` : "SIMD");

// A graphics driver can hang for ever; the CPU must not wait for it.
const startWithinMs = 5000;
const trialWithinMs = 4000;
const measureMs = 250;
const mostSteps = 20;
const mostImages = 128;

/** Makes a backend the current one. Undefined where it does not work here. */
export async function startBackend(
  host: BackendHost,
  name: BackendName,
  time: Time,
): Promise<Started | undefined> {
  tf.enableProdMode();
  const started = (async () => {
    const detail = await host.start(name);
    if (detail === undefined) return undefined;
    // tfjs answers false instead of failing, and may have fallen back to another backend.
    const set = await tf.setBackend(name);
    return set && tf.getBackend() === name ? { name, detail } : undefined;
  })();
  return within(started, startWithinMs, time);
}

/**
 * Measures a few training steps of the plan on every backend that works here and makes the fastest one the current
 * one. Undefined where none works.
 */
export async function chooseBackend(
  host: BackendHost,
  { plan, recipe, time }: { readonly plan: Plan; readonly recipe: Recipe; readonly time: Time },
  trying: (name: BackendName) => void = () => {},
): Promise<(Started & { readonly trials: readonly BackendTrial[] }) | undefined> {
  const trials: BackendTrial[] = [];
  for (const name of host.names) {
    if (name === "cpu" && trials.some((it) => it.imagesPerSecond !== null)) continue;
    if (await within(host.isSoftware?.(name) ?? Promise.resolve(false), startWithinMs, time)) continue;
    trying(name);
    const started = await startBackend(host, name, time);
    const imagesPerSecond = started
      ? await within(speedOf(name, plan, recipe, time), trialWithinMs, time)
      : undefined;
    trials.push({ name, imagesPerSecond: imagesPerSecond ?? null });
  }
  const [fastest] = trials.toSorted((a, b) => (b.imagesPerSecond ?? 0) - (a.imagesPerSecond ?? 0));
  const chosen = fastest?.imagesPerSecond ? await startBackend(host, fastest.name, time) : undefined;
  return chosen && { ...chosen, trials };
}

/** Images per second of training steps on noise, after one step that compiles and allocates. */
async function speedOf(name: BackendName, plan: Plan, recipe: Recipe, time: Time): Promise<number> {
  const network = buildNetwork(plan, initialWeights(plan, recipe.seed), recipe.seed);
  const meter = createMeter();
  const trainer = createTrainer(network, meter, recipe.optimizer);
  const count = Math.min(recipe.batch, mostImages);
  const values = Float32Array.from({ length: count * volume(inputShape(network)) }, randomStream(1));
  const noise = { values, labels: new Uint8Array(count) };
  const all = Uint32Array.from({ length: count }, (_, place) => place);
  const step = async (): Promise<void> => {
    trainer.step(noise, all);
    // Without reading, a graphics card would only have been told what to do.
    await meter.read();
    await time.breathe();
  };
  try {
    await step();
    const start = time.now();
    let steps = 0;
    // Given up for being slow, it must not go on with the backend that is tried after it.
    while (tf.getBackend() === name && steps < mostSteps && time.now() - start < measureMs) {
      await step();
      steps++;
    }
    return (1000 * steps * count) / Math.max(time.now() - start, 0.01);
  } finally {
    trainer.dispose();
    meter.dispose();
    network.dispose();
  }
}

/** Undefined where the promise fails or takes too long; why does not matter, the next backend is tried. */
async function within<T>(promise: Promise<T>, ms: number, time: Time): Promise<T | undefined> {
  const answer = promise.catch(() => undefined);
  return Promise.race([answer, time.after(ms).then(() => undefined)]);
}
