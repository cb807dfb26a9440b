import { expect, test } from "vitest";
import { nodeBackends, nodeTime } from "../../main/node-backends.ts";
import { templates } from "../graph/templates.ts";
import type { EpochReport, FromWorker, Surface } from "../protocol/training.ts";
import { planeOf } from "../train/plane.ts";
import { spirals } from "../train/spirals.ts";
import { createSession } from "./session.ts";

const template = templates.find((it) => it.file === "spirals");
const [design] = template?.document.designs ?? [];

type Ended = Extract<FromWorker, { type: "ended" }>;

/** A run of the template from its first order to its end, and the last surface that was shown after it. */
async function run(): Promise<{ ended: Ended; epochs: EpochReport[]; surface: Surface | undefined }> {
  const epochs: EpochReport[] = [];
  let surface: Surface | undefined;
  let ended: Ended | undefined;
  return new Promise((resolve) => {
    const order = createSession({
      host: nodeBackends,
      time: nodeTime,
      send(news) {
        if (news.type === "epoch") epochs.push(news.report);
        if (news.type === "maps") surface = news.surface;
        if (news.type === "ended") ended = news;
        if (news.type === "maps" && ended) resolve({ ended, epochs, surface });
      },
    });
    if (!template || !design) throw new Error("no template");
    order({ type: "data", choice: { source: "spirals" } });
    order({ type: "train", run: 1, design, recipe: template.document.recipe, backend: "simd", until: "end" });
  });
}

test("the template learns the arms, and its surface says so", { timeout: 60_000 }, async () => {
  const { ended, epochs, surface } = await run();
  expect(epochs.at(-1)?.valAccuracy).toBeGreaterThan(0.97);
  expect(ended.test?.accuracy).toBeGreaterThan(0.95);

  // Each test point lies in a cell of its own class, as often as the network is right.
  const made = spirals();
  const plane = planeOf(made);
  if (!surface || !plane) throw new Error("no surface");
  const { from, to } = plane;
  const right = Array.from(made.test.labels, (label, point) => {
    const [x = 0, y = 0] = made.test.values.subarray(2 * point, 2 * point + 2);
    const column = Math.floor(((x - from[0]) / (to[0] - from[0])) * surface.size);
    const row = Math.floor(((to[1] - y) / (to[1] - from[1])) * surface.size);
    return surface.classes[row * surface.size + column] === label;
  });
  expect(right.filter(Boolean).length / right.length).toBeGreaterThan(0.93);
  expect(surface.certainty.every((it) => it >= 1 / 3 && it <= 1)).toBe(true);
});
