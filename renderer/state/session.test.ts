import { expect, test } from "vitest";
import type { Design } from "../../shared/graph/graph.ts";
import type { News } from "../../shared/protocol/training.ts";
import { defaultRecipe } from "../../shared/train/recipe.ts";
import { afterNews, fractionDone, startedRun } from "./runs.ts";
import { freshSession, heard, type Session, sameNetwork } from "./session.ts";

const design: Design = {
  name: "CNN",
  nodes: [{ id: "image", kind: "input", values: {}, at: [0, 0] }],
  wires: [],
};
const training: Session = {
  ...freshSession,
  runs: { CNN: startedRun(7, design, { ...defaultRecipe, epochs: 2 }) },
  shown: { design, look: 3 },
};
const after = (state: Session, ...news: readonly News[]): Session => news.reduce(heard, state);

const progress = (run: number, epoch: number, step: number): News => ({
  type: "progress",
  run,
  epoch,
  step,
  steps: 10,
  score: { loss: 1 / step, accuracy: step / 10 },
  imagesPerSecond: 100,
  secondsLeft: 5,
});
const maps = (from: { look?: number; run?: number }): News => ({
  type: "maps",
  ...from,
  maps: [{ node: "image", shape: [1, 1, 1], count: 1, values: new Float32Array([0.5]) }],
  label: 4,
});

test("a run is measured, runs, pauses, ends once and keeps what it learned", () => {
  const weights = { dense_1: [new Float32Array(3)] };
  const ended = after(
    training,
    { type: "measuring", run: 7, backend: "webgl" },
    { type: "backend", run: 7, name: "simd", detail: "SIMD ×2", trials: [] },
    progress(7, 1, 5),
    {
      type: "epoch",
      run: 7,
      report: { epoch: 1, loss: 0.5, accuracy: 0.8, valLoss: 0.6, valAccuracy: 0.7, seconds: 2 },
    },
    { type: "paused", run: 7 },
    { type: "ended", run: 7, why: "stopped", weights, test: { loss: 0.4, accuracy: 0.9 } },
  );
  expect(ended.runs.CNN).toMatchObject({
    status: "ended",
    why: "stopped",
    weights,
    test: { accuracy: 0.9 },
    points: [{ at: 0.5, loss: 0.2, accuracy: 0.5 }],
    backend: { detail: "SIMD ×2" },
  });
  expect(ended.runs.CNN?.epochs).toHaveLength(1);
  expect(heard(ended, progress(7, 2, 1))).toBe(ended);
});

test("news of another run changes nothing", () => {
  expect(heard(training, progress(6, 1, 5))).toBe(training);
});

test("progress that arrives after the pause leaves it paused", () => {
  const state = after(training, { type: "paused", run: 7 }, progress(7, 1, 5));
  expect(state.runs.CNN?.status).toBe("paused");
});

test("pictures are taken from the latest look and from the run of the network on the canvas", () => {
  expect(heard(training, maps({ look: 3 })).maps.image?.values[0]).toBe(0.5);
  expect(heard(training, maps({ look: 2 })).maps).toEqual({});
  expect(heard(training, maps({ run: 7 })).label).toBe(4);
  expect(heard(training, maps({ run: 6 })).maps).toEqual({});
  const edited = { ...design, nodes: [{ ...design.nodes[0], values: { height: 8 } }] } as Design;
  expect(heard({ ...training, shown: { design: edited, look: 3 } }, maps({ run: 7 })).maps).toEqual({});
});

test("moving a card does not make another network", () => {
  const [image] = design.nodes;
  if (!image) throw new Error("no image");
  expect(sameNetwork(design, { ...design, nodes: [{ ...image, at: [50, 50] }] })).toBe(true);
  expect(sameNetwork(design, { ...design, nodes: [{ ...image, id: "picture" }] })).toBe(false);
});

test("the share done counts whole epochs and steps", () => {
  const run = startedRun(1, design, { ...defaultRecipe, epochs: 4 });
  expect(fractionDone(run)).toBe(0);
  expect(fractionDone({ ...run, epoch: 2, step: 5, steps: 10 })).toBe(0.375);
});

test("a night of points is thinned, newest kept", () => {
  let run = startedRun(7, design, defaultRecipe);
  for (let step = 1; step <= 4001; step++) {
    const news = progress(7, 1, step);
    if (news.type === "progress") run = afterNews(run, news);
  }
  expect(run.points.length).toBeLessThan(4000);
  expect(run.points.at(-1)?.at).toBe(400.1);
});

test("an image beyond the new dataset's gallery is not watched", () => {
  const state = heard(
    { ...freshSession, watched: 40 },
    {
      type: "data",
      dataset: {
        name: "digits",
        example: [1, 1, 1],
        classes: ["0", "1"],
        trainCount: 2,
        testCount: 2,
        perClass: [1, 1],
        gallery: { values: new Float32Array(2), labels: new Uint8Array(2) },
      },
    },
  );
  expect(state.watched).toBe(1);
});
