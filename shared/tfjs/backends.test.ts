import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { nodeBackends } from "../../main/node-backends.ts";
import { registerSimd, spawn } from "../simd/node.ts";
import { defaultRecipe } from "../train/recipe.ts";
import { type BackendHost, chooseBackend, simdDetail, startBackend } from "./backends.ts";
import { planOf } from "./testing/designs.ts";
import { realTime } from "./testing/time.ts";

const plan = planOf(["input", { height: 12, width: 12 }], ["conv2d"], ["flatten"], ["dense", { units: 3 }]);
const job = { plan, recipe: { ...defaultRecipe, batch: 16 }, time: realTime };

test("measures the design and takes the fastest; cpu only where nothing else works", async () => {
  const tried: string[] = [];
  const chosen = await chooseBackend(nodeBackends, job, (name) => tried.push(name));
  expect(tried).toEqual(["simd"]);
  expect(chosen?.name).toBe("simd");
  expect(chosen?.detail).toMatch(/^SIMD( ×\d+)?$/);
  expect(chosen?.trials[0]?.imagesPerSecond).toBeGreaterThan(10);
  expect(tf.getBackend()).toBe("simd");
});

test("skips what is missing, fails or hangs", async () => {
  const before = tf.memory().numTensors;
  const host: BackendHost = {
    names: ["webgpu", "webgl", "simd", "cpu"],
    start(name) {
      if (name === "webgpu") return Promise.reject(new Error("no adapter"));
      if (name === "webgl") return new Promise(() => {});
      return nodeBackends.start(name);
    },
  };
  const chosen = await chooseBackend(
    { ...host, names: ["webgpu", "webgl", "cpu"] },
    { ...job, time: { ...realTime, after: () => realTime.after(1500) } },
  );
  expect(chosen?.name).toBe("cpu");
  expect(chosen?.trials.map((it) => it.imagesPerSecond === null)).toEqual([true, true, false]);
  expect(tf.memory().numTensors).toBe(before);
  expect(await chooseBackend({ ...host, names: ["webgpu"] }, job)).toBeUndefined();
});

test("a backend that tfjs does not know is not taken for the one in use", async () => {
  const host: BackendHost = { names: ["webgl"], start: async () => "WebGL" };
  expect(await startBackend(host, "webgl", realTime)).toBeUndefined();
});

test("a thread that does not start keeps nobody from the others", async () => {
  const spawnOne: typeof spawn = (given, died) =>
    given.thread === 1 ? new Promise(() => {}) : spawn(given, died);
  const options = { threads: 3, spawn: spawnOne };
  const host: BackendHost = { names: ["simd"], start: async () => simdDetail(await registerSimd(options)) };
  expect(await startBackend(host, "simd", realTime)).toEqual({ name: "simd", detail: "SIMD ×2" });
});
