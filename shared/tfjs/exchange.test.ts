import { expect, test } from "vitest";
import { nodeBackends, nodeTime } from "../../main/node-backends.ts";
import { nodePaint } from "../../main/painting.ts";
import { compile } from "../compile/compile.ts";
import { initialWeights } from "../compile/weights.ts";
import type { ExchangeNews, ExchangeOrder } from "../protocol/exchange.ts";
import { defaultRecipe } from "../train/recipe.ts";
import { createExchange } from "./exchange.ts";
import { design } from "./testing/designs.ts";

const net = design(
  ["input", { height: 8, width: 8 }],
  ["conv2d", { filters: 2 }],
  ["globalMaxPool2d"],
  ["dense", { units: 3, activation: "softmax" }],
);
const exporting: ExchangeOrder = {
  type: "export",
  request: 1,
  format: "tfjs",
  design: net,
  recipe: defaultRecipe,
  data: { source: "digits" },
};

/** Everything the worker says until the answer to the last order. */
async function talk(...orders: readonly ExchangeOrder[]): Promise<readonly ExchangeNews[]> {
  const said: ExchangeNews[] = [];
  await new Promise<void>((resolve) => {
    const take = createExchange({
      host: nodeBackends,
      time: nodeTime,
      paint: nodePaint,
      send(news) {
        said.push(structuredClone(news));
        if (news.type !== "stage" && news.request === orders.at(-1)?.request) resolve();
      },
    });
    for (const it of orders) take(it);
  });
  return said;
}

test("writes one after the other, with a proof where weights go out", async () => {
  const said = await talk(exporting, { ...exporting, request: 2, format: "svg" });
  expect(said.filter((it) => it.type === "exported")).toMatchObject([
    {
      request: 1,
      files: [{ name: "model.json" }, { name: "weights.bin" }],
      proof: { type: "predictions", largestDifference: expect.any(Number) },
    },
    { request: 2, files: [{ name: "test.svg" }] },
  ]);
});

test("refuses weights of another design, designs with problems and weights that are no numbers", async () => {
  const weights = initialWeights(compile(net), 1);
  const broken = { ...weights, n1: (weights.n1 ?? []).map((it) => it.map(() => Number.NaN)) };
  const said = await talk(
    { ...exporting, weights: {} },
    { ...exporting, request: 2, design: design(["input", { height: 8, width: 8 }], ["dense", {}]) },
    { ...exporting, request: 3, weights: broken },
  );
  expect(said.filter((it) => it.type !== "stage")).toEqual([
    { type: "refused", request: 1, message: expect.stringContaining("belong to another design") },
    { type: "refused", request: 2, message: expect.stringContaining("Dense needs a vector") },
    { type: "refused", request: 3, message: expect.stringContaining("no finite numbers") },
  ]);
});

test("says beforehand which formats cannot hold a design", async () => {
  const large = design(["input", { height: 65, width: 65 }], ["shufflePixels"], ["globalAvgPool2d"]);
  const said = await talk(
    { type: "check", request: 1, design: net },
    { type: "check", request: 2, design: large },
  );
  expect(said).toEqual([
    { type: "checked", request: 1, refusals: {} },
    {
      type: "checked",
      request: 2,
      refusals: {
        tfjs: expect.stringContaining("too large for a tfjs file"),
        keras: expect.stringContaining("too large for a Keras file"),
        h5: expect.stringContaining("too large for a Keras file"),
      },
    },
  ]);
});
