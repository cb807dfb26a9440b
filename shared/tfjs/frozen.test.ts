import { beforeAll, describe, expect, test } from "vitest";
import { initialWeights } from "../compile/weights.ts";
import { kinds } from "../nodes/index.ts";
import { randomStream } from "../nodes/random.ts";
import type { Values } from "../nodes/settings.ts";
import { volume } from "../nodes/shape.ts";
import { defaultRecipe } from "../train/recipe.ts";
import { buildNetwork, readWeights } from "./build.ts";
import { createMeter } from "./loss.ts";
import { nodeBackends, use } from "./testing/backends.ts";
import { planOf } from "./testing/designs.ts";
import { createTrainer } from "./trainer.ts";
import { createWatcher } from "./watch.ts";

/** Every kind that can be frozen, with settings in which frozen and trained differ. */
const freezable: Readonly<Record<string, Values>> = {
  conv2d: { filters: 3, weights: "sobelHorizontal" },
  locallyConnected2d: { filters: 3, weights: "sobelVertical" },
  depthwiseConv2d: { multiplier: 2 },
  separableConv2d: { filters: 3 },
  conv2dTranspose: { filters: 3 },
  dense: { units: 5 },
  batchNorm: {},
  layerNorm: {},
};

test("every kind that can be frozen is tried", () => {
  const able = Object.entries(kinds).filter(([, kind]) => "trainable" in kind.settings);
  expect(able.map(([name]) => name).sort()).toEqual(Object.keys(freezable).sort());
});

describe.each([...nodeBackends.map((backend) => [backend, "tape"] as const), ["simd", "compiled"] as const])(
  "on %s, %s",
  (backend, path) => {
    beforeAll(() => use(backend));

    test.each(Object.keys(freezable))(
      "a frozen %s stays as it is to the last bit, a trained one does not",
      async (kind) => {
        for (const trainable of [false, true]) {
          const plan = planOf(
            ["input", { height: 6, width: 6, channels: 2 }],
            ["conv2d", { filters: 2, activation: "tanh" }],
            ...(kind === "dense" ? [["flatten"] as const] : []),
            [kind, { ...freezable[kind], trainable }],
            ["flatten"],
            ["dense", { units: 3, activation: "softmax" }],
          );
          const network = buildNetwork(plan, initialWeights(plan, 4), 4);
          const before = await readWeights(network);
          const meter = createMeter();
          const trainer = createTrainer(network, meter, defaultRecipe.optimizer, path);
          const watcher = createWatcher(network);
          const next = randomStream(3);
          for (let step = 0; step < 3; step++) {
            const pixels = Float32Array.from({ length: volume([4, 6, 6, 2]) }, next);
            const labels = Uint8Array.of(0, 1, 2, 1);
            trainer.step({ values: pixels, labels }, Uint32Array.of(0, 1, 2, 3));
            // Looking goes through another model that shares the layers.
            await watcher.look(pixels.slice(0, 72));
          }
          const after = await readWeights(network);
          const id = plan.steps.find((it) => it.node.kind === kind && it.node.id !== "n1")?.node.id ?? "";
          expect(before[id]?.length).toBeGreaterThan(0);
          if (trainable)
            for (const [at, it] of (after[id] ?? []).entries()) expect(it).not.toEqual(before[id]?.[at]);
          else expect(after[id]).toEqual(before[id]);
          expect(after.n1).not.toEqual(before.n1);
          meter.dispose();
          trainer.dispose();
          network.dispose();
        }
      },
    );
  },
);
