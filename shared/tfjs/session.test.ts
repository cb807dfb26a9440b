import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { buildSimd } from "../../build/simd.ts";
import { nodeBackends, nodeTime } from "../../main/node-backends.ts";
import { initialWeights, weightsFit } from "../compile/weights.ts";
import type { FromWorker, Order } from "../protocol/training.ts";
import { defaultRecipe, type Recipe } from "../train/recipe.ts";
import { type BackendHost, simdDetail } from "./backends.ts";
import { createSession } from "./session.ts";
import { tinyFiles } from "./testing/data.ts";
import { design, planOf } from "./testing/designs.ts";
import { mortal, startPool } from "./testing/pools.ts";

const drawn = [
  ["input", { height: 8, width: 8 }],
  ["conv2d", { filters: 2, kernel: 3 }],
  ["globalMaxPool2d"],
  ["dense", { units: 3, activation: "softmax" }],
] as const;
const net = design(...drawn);
const recipe: Recipe = { ...defaultRecipe, epochs: 2, batch: 20, validation: 0.1 };

/** A session with what it said, and a way to wait for what it will say. */
function conversation(host: BackendHost = nodeBackends) {
  const said: FromWorker[] = [];
  let heard = (): void => {};
  const order = createSession({
    host,
    time: nodeTime,
    send(news) {
      said.push(structuredClone(news));
      heard();
    },
  });
  type Said<T extends FromWorker["type"]> = Extract<FromWorker, { type: T }>;
  /** The first news of the type from place `from` on. */
  async function hear<T extends FromWorker["type"]>(type: T, from = 0): Promise<Said<T>> {
    for (;;) {
      const found = said.slice(from).find((it): it is Said<T> => it.type === type);
      if (found) return found;
      await new Promise<void>((resolve) => {
        heard = resolve;
      });
    }
  }
  const count = (type: FromWorker["type"]): number => said.filter((it) => it.type === type).length;
  return { order, hear, said, count };
}

const withImages = async (host?: BackendHost) => {
  const talk = conversation(host);
  talk.order({ type: "data", choice: { source: "folder", name: "tiny" }, files: tinyFiles() });
  await talk.hear("data");
  return talk;
};

const start = (run: number, more: Partial<Extract<Order, { type: "train" }>> = {}): Order => ({
  type: "train",
  run,
  design: net,
  recipe,
  backend: "simd",
  until: "end",
  ...more,
});

test("tells of the images, or why there are none", async () => {
  const { hear, order } = await withImages();
  const { dataset } = await hear("data");
  expect([dataset.example, dataset.classes.length, dataset.trainCount > 0]).toEqual([[8, 8, 1], 3, true]);
  order({ type: "data", choice: { source: "folder", name: "letters" } });
  expect((await hear("dataRefused")).message).toContain("letters");
});

test("looks without training, and again when the image or the focus changes", async () => {
  const { order, hear, said } = await withImages();
  order({ type: "look", look: 7, design: net, seed: 1 });
  const first = await hear("maps");
  expect(first).toMatchObject({ look: 7 });
  expect(first.maps.map((it) => it.node)).toEqual(["n0", "n1", "n2", "n3"]);
  const place = said.length;
  order({ type: "watch", image: 1, focus: "n1" });
  const second = await hear("maps", place);
  expect(second.look).toBe(7);
  expect(second.kernels?.shape).toEqual([3, 3, 1, 2]);
  expect(second.maps[0]?.values).not.toEqual(first.maps[0]?.values);
});

test("looks at designs that other images belong to show nothing, and do no harm", async () => {
  const { order, hear, said, count } = await withImages();
  order({ type: "look", look: 1, design: design(["input", { height: 9 }], ["flatten"]), seed: 1 });
  expect((await hear("maps")).maps).toEqual([]);
  const place = said.length;
  order({ type: "look", look: 2, design: design(["conv2d"]), seed: 1 });
  expect((await hear("maps", place)).maps).toEqual([]);
  expect(count("broken")).toBe(0);
});

test("a run tells its backend, progress, epochs, maps and end, in that order", async () => {
  const { order, hear, said, count } = await withImages();
  order(start(3, { backend: "auto", recipe: { ...recipe, epochs: 60 } }));
  const ended = await hear("ended");
  expect(ended).toMatchObject({ run: 3, why: "done" });
  expect(weightsFit(planOf(...drawn), ended.weights ?? {})).toBe(true);
  expect(ended.test?.accuracy).toBeGreaterThan(0.2);
  const types = [...new Set(said.map((it) => it.type))];
  expect(types.slice(0, 3)).toEqual(["data", "measuring", "backend"]);
  expect(count("epoch")).toBe(60);
  expect(count("progress")).toBeGreaterThan(0);
  expect(count("ended")).toBe(1);
  expect(said.some((it) => it.type === "maps" && it.run === 3)).toBe(true);
  const backend = await hear("backend");
  expect(backend).toMatchObject({ name: "simd", trials: [{ name: "simd" }] });
  // The same design is not measured twice.
  order(start(4, { backend: "auto", until: "step" }));
  await hear("paused");
  expect(count("measuring")).toBe(1);
  order({ type: "stop", run: 4 });
});

test("steps, pauses, goes on and stops; looks go on beside it", async () => {
  const { order, hear, said } = await withImages();
  order(start(1, { until: "step", recipe: { ...recipe, epochs: 100_000 } }));
  await hear("paused");
  const steps = said.filter((it) => it.type === "progress");
  expect(steps.at(-1)).toMatchObject({ epoch: 1, step: 1 });
  expect(said.some((it) => it.type === "maps" && it.run === 1)).toBe(true);

  let place = said.length;
  order({ type: "watch", image: 2, focus: "n1" });
  expect((await hear("maps", place)).run).toBe(1);
  order({ type: "continue", run: 1, until: "epoch" });
  place = said.length;
  await hear("paused", place);
  expect(said.slice(place).filter((it) => it.type === "epoch")).toHaveLength(1);

  place = said.length;
  order({ type: "continue", run: 1, until: "end" });
  order({ type: "look", look: 9, design: design(...drawn.slice(0, 2)), seed: 1 });
  await hear(
    "maps",
    said.findIndex((it) => it.type === "maps" && it.look === 9),
  );

  const asked = performance.now();
  order({ type: "stop", run: 1 });
  expect(await hear("ended")).toMatchObject({ run: 1, why: "stopped" });
  expect(performance.now() - asked).toBeLessThan(200);
  expect(said.filter((it) => it.type === "broken")).toEqual([]);
});

test("says why a run cannot start", async () => {
  const silent = conversation();
  silent.order(start(1));
  expect(await silent.hear("ended")).toMatchObject({
    why: "failed",
    message: expect.stringContaining("No data are loaded"),
  });

  const { order, hear, said } = await withImages();
  const failure = async (run: Order): Promise<string> => {
    const place = said.length;
    order(run);
    const ended = await hear("ended", place);
    expect(ended.why).toBe("failed");
    // What it was to go on from is not lost.
    expect(ended.weights).toEqual(run.type === "train" ? run.weights : undefined);
    return ended.message ?? "";
  };
  expect(await failure(start(2, { design: design(["input", { height: 9 }], ["flatten"]) }))).toMatch(/9/);
  expect(await failure(start(3, { weights: { n1: [Float32Array.of(1)] } }))).toContain("another design");
  expect(await failure(start(4, { backend: "webgl" }))).toContain("webgl does not work");
  const weights = initialWeights(planOf(...drawn), 5);
  expect(await failure(start(5, { backend: "webgl", weights }))).not.toContain("kept");
});

test("a graphics card that goes away ends the run as failed", async () => {
  const { order, hear } = await withImages({ ...nodeBackends, lost: () => "The graphics card is gone." });
  order(start(1, { recipe: { ...recipe, epochs: 100_000 } }));
  const ended = await hear("ended");
  expect(ended).toMatchObject({ why: "failed", message: "The graphics card is gone." });
  // What can still be read from it may be anything.
  expect(ended.weights).toBeUndefined();
});

test("a thread that dies at work ends the run with weights that can be trained further", async () => {
  await buildSimd();
  const { spawnOne, die } = mortal();
  const pool = await startPool(3, spawnOne);
  const large = design(drawn[0], ["conv2d", { filters: 32 }], ...drawn.slice(2));
  const { order, hear, said } = await withImages({ names: ["simd"], start: async () => simdDetail(pool) });
  order(start(1, { design: large, recipe: { ...recipe, epochs: 100_000 } }));
  expect(await hear("backend")).toMatchObject({ detail: "SIMD ×3" });
  await hear("progress");
  die();
  const { why, message, weights } = await hear("ended");
  expect(why).toBe("failed");
  expect(message).toBe(
    "A thread of the CPU backend died, or no longer answers; until a restart, one thread does all the work. " +
      "The last good weights are kept, to train further from.",
  );
  expect(Object.keys(weights ?? {})).toEqual(["n1", "n3"]);
  const place = said.length;
  order(start(2, { design: large, ...(weights ? { weights } : {}) }));
  expect(await hear("backend", place)).toMatchObject({ detail: "SIMD" });
  expect(await hear("ended", place)).toMatchObject({ run: 2, why: "done" });
  expect(said.filter((it) => it.type === "broken")).toEqual([]);
  tf.removeBackend("simd");
});
