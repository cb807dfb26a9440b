import { memory } from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { arbitraryGraph } from "../compile/arbitrary-graphs.ts";
import { compile } from "../compile/compile.ts";
import type { Plan } from "../compile/plan.ts";
import { initialWeights, type Weights } from "../compile/weights.ts";
import { formats } from "../emit/index.ts";
import { safetensors } from "../emit/safetensors.ts";
import { writeWeightsFile } from "../emit/weights-file.ts";
import { randomStream, seedOf } from "../nodes/random.ts";
import { defaultRecipe } from "../train/recipe.ts";
import { proveExport } from "./prove-export.ts";
import { refusalsOf } from "./refusals.ts";
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
const randomWeights = (its: Plan, seed: number): Weights =>
  Object.fromEntries(
    Object.entries(initialWeights(its, seed)).map(([id, arrays]) => {
      const next = randomStream(seedOf(seed, id));
      return [id, arrays.map((it) => it.map((value) => value + next() * 0.2))];
    }),
  );

const trained = (seed: number): Weights => randomWeights(plan, seed);
const weights = trained(1);
const written = (given: Weights) => {
  const file = safetensors(subject, { weights: given, trained: true });
  if ("refused" in file) throw new Error(file.refused);
  return [{ name: "weights.safetensors", bytes: file.bytes }];
};

beforeAll(() => use("cpu"));

describe("weights alone", () => {
  test("every number is read back", async () => {
    const exported = { design: net, plan, weights, files: written(weights) };
    expect(await proveExport("safetensors", exported)).toEqual({
      type: "numbers",
      count: plan.totals.parameters,
    });
  });

  test("npz too, and one other number is noticed", async () => {
    const files = (given: Weights) => [{ name: "weights.npz", bytes: writeWeightsFile(plan, given) }];
    const its = { design: net, plan, weights };
    expect(await proveExport("npz", { ...its, files: files(weights) })).toMatchObject({ type: "numbers" });
    expect(await proveExport("npz", { ...its, files: files(trained(2)) })).toEqual({
      refused: expect.stringMatching(/holds other numbers/),
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

describe.each(["onnx", "keras", "h5"] as const)("%s", (format) => {
  const exported = async (given: Weights) => {
    const file = await formats[format].write(subject, { weights: given, trained: true });
    if ("refused" in file) throw new Error(file.refused);
    return { design: net, plan, weights, files: [{ name: `net.${format}`, bytes: file.bytes }] };
  };

  test("loaded again, it predicts the same", async () => {
    const before = memory().numTensors;
    const proof = await proveExport(format, await exported(weights));
    expect(proof).toMatchObject({ type: "predictions" });
    expect("largestDifference" in proof && proof.largestDifference).toBeLessThan(1e-5);
    expect(memory().numTensors).toBe(before);
  });

  test("other weights are noticed, and a file cut short", async () => {
    expect(await proveExport(format, await exported(trained(2)))).toEqual({
      refused: expect.stringMatching(/^Loaded again, the file predicts something else.* differ by 0\.\d/),
    });
    const { files, ...its } = await exported(weights);
    const cut = files.map((it) => ({ ...it, bytes: it.bytes.slice(0, it.bytes.length / 2) }));
    expect(await proveExport(format, { ...its, files: cut })).toEqual({
      refused: expect.stringMatching(/^The written file cannot be read again: /),
    });
  });
});

test("nothing is claimed of a format that the app cannot read", async () => {
  expect(await proveExport("svg", { design: net, plan, weights, files: [] })).toMatchObject({
    type: "unread",
  });
});

// RECEPTIVE_PROOFS=1000 proves more of them.
const designs = Number(process.env.RECEPTIVE_PROOFS ?? 40);

test.each(["onnx", "keras", "h5", "npz", "safetensors"] as const)(
  "random designs prove themselves as %s",
  async (format) => {
    const found = { predictions: 0, numbers: 0, unread: 0 };
    await fc.assert(
      fc.asyncProperty(arbitraryGraph({ sound: true }), async (graph) => {
        const drawn = compile(graph);
        if (!drawn.ready || refusalsOf(drawn)[format]) return;
        const given = randomWeights(drawn, 1);
        const its = { ...subject, plan: drawn };
        const file = await formats[format].write(its, { weights: given, trained: true });
        if ("refused" in file) throw new Error(file.refused);
        const files = [{ name: `net.${format}`, bytes: file.bytes }];
        const exported = { design: { ...graph, name: "net" }, plan: drawn, weights: given, files };
        const proof = await proveExport(format, exported);
        if ("refused" in proof) throw new Error(proof.refused);
        found[proof.type]++;
      }),
      { numRuns: designs, seed: 7 },
    );
    // What the readers lack is said.
    expect(found.predictions + found.numbers).toBeGreaterThan(designs / 8);
  },
  120_000,
);
