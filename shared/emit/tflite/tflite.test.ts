import { beforeAll, describe, expect, test } from "vitest";
import type { Plan } from "../../compile/plan.ts";
import { initialWeights, type Weights } from "../../compile/weights.ts";
import { activations } from "../../nodes/activation-functions.ts";
import { volume } from "../../nodes/shape.ts";
import { use } from "../../tfjs/testing/backends.ts";
import { type Drawn, planOf } from "../../tfjs/testing/designs.ts";
import { type LiteRtModel, startLiteRt } from "../testing/litert.ts";
import {
  type Batch,
  bytesOf,
  designs,
  difference,
  lenet,
  randomPlan,
  seldomDrawn,
  subjectFrom,
  templatePlans,
  trained,
} from "../testing/models.ts";
import { tflite } from "./tflite.ts";

// LiteRT.js reads what is written here; it is not ours.

let load: (file: Uint8Array) => Promise<LiteRtModel>;
beforeAll(async () => {
  await use("cpu");
  load = await startLiteRt();
}, 120_000);

const fileOf = (plan: Plan, weights: Weights = trained(plan)): Uint8Array<ArrayBuffer> =>
  bytesOf(tflite(subjectFrom(plan), { weights, trained: true }));

/** LiteRT.js resizes nothing, so that examples go one by one. */
async function byLiteRt(plan: Plan, { shape, values }: Batch): Promise<Batch> {
  const model = await load(fileOf(plan));
  const [count = 0, ...example] = shape;
  const size = volume(example);
  const said: Batch[] = [];
  for (let at = 0; at < count; at++)
    said.push(
      await model.run({ shape: [1, ...example], values: values.subarray(at * size, (at + 1) * size) }),
    );
  model.dispose();
  return {
    shape: [said.length, ...(said[0]?.shape.slice(1) ?? [])],
    values: Float32Array.from(said.flatMap((it) => [...it.values])),
  };
}

const apart = (plan: Plan, seed: number): Promise<number> =>
  difference(plan, (its) => byLiteRt(plan, its), seed, 2);

const image: Drawn = ["input", { height: 6, width: 5, channels: 2 }];
const head: readonly Drawn[] = [["flatten"], ["dense", { units: 3, activation: "softmax" }]];
const conv: Drawn = ["conv2d", { filters: 3, activation: "linear" }];

describe("LiteRT computes what the design does", () => {
  test("in random designs of all kinds", async () => {
    const plans = Array.from({ length: designs }, (_, seed) => randomPlan(seed));
    const wrong: unknown[] = [];
    for (const [seed, plan] of plans.entries()) {
      const off = await apart(plan, seed).catch(String);
      if (!(Number(off) <= 1e-5)) wrong.push({ seed, off, kinds: plan.steps.map((it) => it.node.kind) });
    }
    expect(wrong).toEqual([]);
    expect(seldomDrawn(plans)).toEqual([]);
  }, 600_000);

  test("with every activation, of images and vectors", async () => {
    for (const activation of activations) {
      const layer = ["conv2d", { activation }] as const;
      expect(await apart(planOf(image, conv, layer), 1), activation).toBeLessThan(1e-5);
      const places = ["locallyConnected2d", { filters: 2, activation, bias: false }] as const;
      expect(await apart(planOf(image, places, ...head), 2), activation).toBeLessThan(1e-5);
      const alone = planOf(["input", { shape: [7] }], ["activation", { function: activation }], ["dense"]);
      expect(await apart(alone, 3), activation).toBeLessThan(1e-5);
    }
  }, 120_000);

  test("with windows that reach beyond the image, or leave gaps", async () => {
    for (const padding of ["same", "valid"])
      for (const layer of [
        ["conv2dTranspose", { filters: 2, kernel: 5, stride: 2, padding }],
        ["conv2dTranspose", { filters: 2, kernel: [1, 2], stride: [3, 4], padding }],
        ["conv2d", { kernel: 2, dilation: [3, 2], padding }],
        ["locallyConnected2d", { filters: 2, kernel: [4, 2], stride: [1, 3], padding }],
        ["separableConv2d", { filters: 2, kernel: 4, stride: 2, multiplier: 3, padding }],
        ["avgPool2d", { size: 3, stride: 2, padding }],
        ["upsample2d", { size: [2, 5], interpolation: "bilinear" }],
        ["upsample2d", { size: [49, 3] }],
      ] as const)
        expect(await apart(planOf(image, layer), 1)).toBeLessThan(1e-5);
  }, 120_000);

  test("with several inputs, which are one, and with an input that is handed on at once", async () => {
    const both = planOf(image, ["input", image[1] ?? {}, []], conv, ["concat", {}, ["n0", "n2"]], ...head);
    expect(await apart(both, 1)).toBeLessThan(1e-5);
    expect(await apart(planOf(image, ["dropout"]), 1)).toBe(0);
    expect(await apart(planOf(image, ["reshape", { target: [60] }]), 1)).toBe(0);
  });

  test("in the templates", async () => {
    for (const plan of templatePlans()) expect(await apart(plan, 1)).toBeLessThan(1e-5);
  }, 120_000);
});

describe("the file", () => {
  test("names its ends after the nodes, channels last", async () => {
    const plan = lenet();
    const model = await load(fileOf(plan));
    expect(model.ends).toEqual([
      [plan.steps[0]?.node.id, [1, 28, 28, 1]],
      [plan.output?.node.id, [1, 10]],
    ]);
    model.dispose();
  });

  test("names what each layer gives and holds, and says whether its weights are trained", () => {
    const plan = lenet();
    const read = (isTrained: boolean): string =>
      new TextDecoder("latin1").decode(
        bytesOf(tflite(subjectFrom(plan), { weights: initialWeights(plan, 1), trained: isTrained })),
      );
    expect(read(true)).toContain("The weights are trained.");
    expect(read(false)).toContain("those that seed 1 starts with.");
    for (const { node, weights } of plan.steps) {
      expect(read(true)).toContain(`${node.id}\0`);
      for (const { name } of weights) expect(read(true)).toContain(`${node.id}/${name}\0`);
    }
  });

  test("is hardly larger than the weights", () => {
    const plan = lenet();
    const file = fileOf(plan, initialWeights(plan, 1));
    expect(file.length / (4 * plan.totals.parameters)).toBeLessThan(1.02);
    const places = planOf(["input"], ["locallyConnected2d", { filters: 4, kernel: 5 }], ...head);
    expect(fileOf(places).length / (4 * places.totals.parameters)).toBeLessThan(1.02);
  });

  test("is refused where weights are no numbers, and where there are too many", () => {
    const refusal = (plan: Plan, weights: Weights) => tflite(subjectFrom(plan), { weights, trained: true });
    const vector = planOf(["input", { shape: [3] }], ["dense", { units: 2 }]);
    const broken = { n1: [Float32Array.of(1, 2, 3, 4, Number.NaN, 6), Float32Array.of(0, 0)] };
    expect(refusal(vector, broken)).toEqual({
      refused: expect.stringContaining("The weights of n1 (Dense) hold values that are no finite numbers."),
    });
    const large = planOf(["input", { shape: [30_000] }], ["dense", { units: 20_000 }], ["dense"]);
    expect(refusal(large, {})).toEqual({
      refused: expect.stringMatching(
        /^A TFLite file holds 2 GiB at most, and the design has 601,300,064 par/,
      ),
    });
  });
});
