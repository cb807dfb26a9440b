import { beforeAll, describe, expect, test } from "vitest";
import { compile } from "../compile/compile.ts";
import { initialWeights, type Weights } from "../compile/weights.ts";
import { onnx } from "../emit/onnx/onnx.ts";
import { safetensors } from "../emit/safetensors.ts";
import { randomStream, seedOf } from "../nodes/random.ts";
import { defaultRecipe } from "../train/recipe.ts";
import { proveExport } from "./prove-export.ts";
import { use } from "./testing/backends.ts";
import { design } from "./testing/designs.ts";

const net = design(
  ["input", { height: 6, width: 5, channels: 2 }],
  ["conv2d", { filters: 3 }],
  ["batchNorm"],
  ["separableConv2d", { filters: 4 }],
  ["flatten"],
  ["dense", { units: 3, activation: "softmax" }],
);
const plan = compile(net);
const subject = { title: "net", plan, recipe: defaultRecipe, data: { source: "digits" } } as const;

/** Weights as after training: nothing is 0 or 1 any more. */
const trained = (seed: number): Weights =>
  Object.fromEntries(
    Object.entries(initialWeights(plan, seed)).map(([id, arrays]) => {
      const next = randomStream(seedOf(seed, id));
      return [id, arrays.map((it) => it.map((value) => value + next() * 0.2))];
    }),
  );

const weights = trained(1);
const written = (given: Weights) => {
  const file = safetensors(subject, { weights: given, trained: true });
  if ("refused" in file) throw new Error(file.refused);
  return [{ name: "weights.safetensors", bytes: file.bytes }];
};

beforeAll(() => use("cpu"));

describe("safetensors", () => {
  test("every number is read back", async () => {
    const exported = { design: net, plan, weights, files: written(weights) };
    expect(await proveExport("safetensors", exported)).toEqual({
      type: "numbers",
      count: plan.totals.parameters,
    });
  });

  test("one other number is noticed, and a file cut short", async () => {
    const [kernel, ...rest] = weights.n3 ?? [];
    const other = { ...weights, n3: [kernel?.map((it, at) => (at === 5 ? it + 1 : it)) ?? [], ...rest] };
    const exported = { design: net, plan, weights, files: written(other as Weights) };
    expect(await proveExport("safetensors", exported)).toEqual({
      refused: expect.stringMatching(/^Read back, the .+ of n3 holds other numbers\./),
    });
    const files = written(weights).map((it) => ({ ...it, bytes: it.bytes.slice(0, -4) }));
    expect(await proveExport("safetensors", { design: net, plan, weights, files })).toEqual({
      refused: expect.stringMatching(/^The written file cannot be read again: .*Nothing was exported/s),
    });
  });
});

test("nothing is claimed of a format that the app cannot read", async () => {
  const file = onnx(subject, { weights, trained: true });
  if ("refused" in file) throw new Error(file.refused);
  const files = [{ name: "net.tflite", bytes: file.bytes }];
  expect(await proveExport("onnx", { design: net, plan, weights, files })).toMatchObject({ type: "unread" });
});
