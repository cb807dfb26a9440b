import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import * as ort from "onnxruntime-web";
import { beforeAll, describe, expect, test } from "vitest";
import type { Plan } from "../../compile/plan.ts";
import { initialWeights, type Weights } from "../../compile/weights.ts";
import { activations } from "../../nodes/activation-functions.ts";
import { kinds } from "../../nodes/index.ts";
import { use } from "../../tfjs/testing/backends.ts";
import { type Drawn, planOf } from "../../tfjs/testing/designs.ts";
import {
  type Batch,
  bytesOf,
  difference as differenceFrom,
  lenet,
  randomPlan,
  subjectFrom,
  templatePlans,
  trained,
} from "../testing/models.ts";
import { onnx } from "./onnx.ts";

// ONNX Runtime and the onnx package's checker read what is written here; neither is of ours.

beforeAll(async () => {
  ort.env.wasm.numThreads = 1;
  await use("cpu");
});

const fileOf = (plan: Plan, weights: Weights = trained(plan)): Uint8Array<ArrayBuffer> =>
  bytesOf(onnx(subjectFrom(plan), { weights, trained: true }));

/** How far apart we and ONNX Runtime are on random examples, relative where values exceed 1. */
const difference = (plan: Plan, seed: number, examples = 3): Promise<number> =>
  differenceFrom(plan, (its) => byRuntime(fileOf(plan), its), seed, examples);

async function byRuntime(file: Uint8Array, { shape, values }: Batch): Promise<Batch> {
  const session = await ort.InferenceSession.create(file);
  const [input = ""] = session.inputNames;
  const [output = ""] = session.outputNames;
  const answer = (await session.run({ [input]: new ort.Tensor("float32", values, shape) }))[output];
  await session.release();
  if (!(answer?.data instanceof Float32Array)) throw new Error("ONNX Runtime gave no floats.");
  return { shape: [...answer.dims], values: answer.data };
}

const image: Drawn = ["input", { height: 6, width: 5, channels: 2 }];
const head: readonly Drawn[] = [["flatten"], ["dense", { units: 3, activation: "softmax" }]];
const conv: Drawn = ["conv2d", { filters: 3, activation: "linear" }];

describe("ONNX Runtime computes what the design does", () => {
  test("in random designs of all kinds", async () => {
    const met = new Map<string, number>();
    const wrong: unknown[] = [];
    for (let seed = 0; seed < 360; seed++) {
      const plan = randomPlan(seed);
      const apart = await difference(plan, seed);
      if (apart > 1e-5) wrong.push({ seed, apart, kinds: plan.steps.map((it) => it.node.kind) });
      for (const { node } of plan.steps) met.set(node.kind, (met.get(node.kind) ?? 0) + 1);
    }
    expect(wrong).toEqual([]);
    expect(Object.keys(kinds).filter((it) => (met.get(it) ?? 0) < 10)).toEqual([]);
  }, 60_000);

  test.each(activations)("with the activation %s, of images and vectors", async (activation) => {
    for (const layer of [
      ["conv2d", { activation }],
      ["locallyConnected2d", { filters: 2, activation }],
      ["activation", { function: activation }],
    ] as const) {
      expect(await difference(planOf(image, conv, layer), 1)).toBeLessThan(1e-5);
      expect(await difference(planOf(image, layer, ...head), 2)).toBeLessThan(1e-5);
    }
    const vector = planOf(["input", { shape: [7] }], ["dense", { units: 5, activation }], ["dense"]);
    expect(await difference(vector, 3)).toBeLessThan(1e-5);
  });

  test.each(["maxPool2d", "avgPool2d"] as const)("where a border comes before %s", async (kind) => {
    for (const padding of ["same", "valid"]) {
      const pool: Drawn = [kind, { size: 3, stride: 2, padding }];
      expect(await difference(planOf(image, conv, ["zeroPad2d"], pool), 1)).toBeLessThan(1e-5);
      const further = planOf(image, ["zeroPad2d", { amount: [0, 2, 1, 0] }], ["dropout"], pool, conv);
      expect(await difference(further, 2)).toBeLessThan(1e-5);
    }
  });

  test("with windows that reach beyond the image, or leave gaps", async () => {
    for (const padding of ["same", "valid"])
      for (const layer of [
        ["conv2dTranspose", { filters: 2, kernel: 5, stride: 2, padding }],
        ["conv2dTranspose", { filters: 2, kernel: [1, 2], stride: [3, 4], padding }],
        ["conv2d", { kernel: [4, 3], dilation: 1, stride: [2, 1], padding }],
        ["conv2d", { kernel: 2, dilation: [3, 2], padding }],
        ["locallyConnected2d", { filters: 2, kernel: [4, 2], stride: [1, 3], padding }],
        ["separableConv2d", { filters: 2, kernel: 4, stride: 2, multiplier: 3, padding }],
      ] as const)
        expect(await difference(planOf(image, layer), 1)).toBeLessThan(1e-5);
  });

  test("with one example or many", async () => {
    const plan = planOf(image, conv, ["locallyConnected2d", { filters: 2 }], ["shufflePixels"], ...head);
    for (const examples of [1, 17]) expect(await difference(plan, 1, examples)).toBeLessThan(1e-5);
  });

  test("with several inputs, which are one, and with an input that is handed on at once", async () => {
    const both = planOf(image, ["input", image[1] ?? {}, []], conv, ["concat", {}, ["n0", "n2"]], ...head);
    expect(await difference(both, 1)).toBeLessThan(1e-5);
    expect(await difference(planOf(image, ["dropout"]), 1)).toBe(0);
    expect(await difference(planOf(image, ["reshape", { target: [60] }]), 1)).toBe(0);
  });
});

describe("the file", () => {
  test("names its ends after the nodes, channels last and as many examples as one likes", async () => {
    const plan = lenet();
    const session = await ort.InferenceSession.create(fileOf(plan));
    const [first, last] = [plan.steps[0], plan.output];
    expect(session.inputMetadata).toMatchObject([
      { name: first?.node.id, type: "float32", shape: ["N", 28, 28, 1] },
    ]);
    expect(session.outputMetadata).toMatchObject([
      { name: last?.node.id, type: "float32", shape: ["N", 10] },
    ]);
    await session.release();
  });

  test("says what it is, and whether its weights are trained", () => {
    const plan = lenet();
    const read = (isTrained: boolean): string =>
      new TextDecoder().decode(
        bytesOf(onnx(subjectFrom(plan), { weights: initialWeights(plan, 1), trained: isTrained })),
      );
    expect(read(true)).toContain("parameters, ");
    expect(read(true)).toContain("The weights are trained.");
    expect(read(false)).toContain("those that seed 1 starts with.");
    for (const { node } of plan.steps) expect(read(true)).toContain(node.id);
  });

  test("is hardly larger than the weights", () => {
    const plan = lenet();
    const file = fileOf(plan, initialWeights(plan, 1));
    expect(file.length / (4 * plan.totals.parameters)).toBeLessThan(1.02);
    const places = planOf(["input"], ["locallyConnected2d", { filters: 4, kernel: 5 }], ...head);
    expect(fileOf(places).length / (4 * places.totals.parameters)).toBeLessThan(1.02);
  });

  test("is sound by the onnx package's checker", async ({ skip }) => {
    const folder = await mkdtemp(join(tmpdir(), "onnx-"));
    const python = promisify(execFile);
    try {
      const there = await python("/usr/bin/python3", ["-c", "import onnx"]).catch(() => undefined);
      if (!there) return skip("/usr/bin/python3 has no package onnx");
      const plans = [
        ...templatePlans(),
        ...Array.from({ length: 120 }, (_, seed) => randomPlan(1000 + seed)),
      ];
      for (const [index, plan] of plans.entries())
        await writeFile(join(folder, `${index}.onnx`), fileOf(plan));
      const checked = await python("/usr/bin/python3", ["-c", checker, folder, String(plans.length)]);
      expect(checked.stdout).toBe(`${plans.length} sound\n`);
    } finally {
      await rm(folder, { recursive: true });
    }
  }, 60_000);
});

/** Shapes are worked out from one operator to the next, and names may come once only. */
const checker = `
import sys, onnx
for index in range(int(sys.argv[2])):
    path = f"{sys.argv[1]}/{index}.onnx"
    onnx.checker.check_model(path, full_check=True)
    model = onnx.load(path)
    names = [it.name for it in model.graph.node]
    assert len(set(names)) == len(names), names
    assert model.ir_version == 8 and model.opset_import[0].version == 17
print(index + 1, "sound")
`;

describe("refused before anything is written", () => {
  const refusal = (plan: Plan, weights: Weights) => onnx(subjectFrom(plan), { weights, trained: true });

  test("weights that are no finite numbers, by name", () => {
    const plan = planOf(["input", { shape: [3] }], ["dense", { units: 2 }]);
    const broken = { n1: [Float32Array.of(1, 2, 3, 4, Number.NaN, 6), Float32Array.of(0, 0)] };
    expect(refusal(plan, broken)).toEqual({
      refused:
        "The weights of n1 (Dense) hold values that are no finite numbers. Train again with a smaller learning rate.",
    });
  });

  test("more weights than a protobuf file can hold", () => {
    const plan = planOf(["input", { shape: [30_000] }], ["dense", { units: 20_000 }], ["dense"]);
    expect(refusal(plan, {})).toEqual({
      refused: expect.stringMatching(
        /2 GiB at most, and the design has 601,300,064 parameters, of which n1 \(Dense\) has 600,020,000\./,
      ),
    });
  });
});
