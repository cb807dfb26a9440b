import { expect, test } from "vitest";
import { compile } from "../compile/compile.ts";
import { initialWeights } from "../compile/weights.ts";
import { goldenSubjects, graphOf, subjectOf } from "./golden-subjects.ts";
import { reordered } from "./pytorch/tensors.ts";
import { safetensors } from "./safetensors.ts";
import type { GivenWeights, Subject } from "./subject.ts";

interface Header {
  readonly [name: string]: {
    readonly dtype: string;
    readonly shape: readonly number[];
    readonly data_offsets: readonly [number, number];
  };
}

function read(subject: Subject, given: GivenWeights) {
  const file = safetensors(subject, given);
  if ("refused" in file) throw new Error(file.refused);
  const length = Number(new DataView(file.bytes.buffer).getBigUint64(0, true));
  const text = new TextDecoder().decode(file.bytes.subarray(8, 8 + length));
  const { __metadata__: about, ...header }: Header = JSON.parse(text);
  return { about, header, length, text, values: new Float32Array(file.bytes.slice(8 + length).buffer) };
}

const mobile = goldenSubjects.mobile ?? subjectOf("none", []);
const weights = initialWeights(mobile.plan, 1);

test("the header is aligned, and the tensors lie behind it without a gap", () => {
  const { about, header, length, text, values } = read(mobile, { weights, trained: true });
  expect(about).toEqual({ format: "pt", design: "Mobile", weights: "trained" });
  expect(length % 8).toBe(0);
  expect(text).toMatch(/\} *$/);
  let end = 0;
  for (const { dtype, shape, data_offsets } of Object.values(header)) {
    expect(dtype).toBe("F32");
    expect(data_offsets).toEqual([end, end + 4 * shape.reduce((product, it) => product * it, 1)]);
    end = data_offsets[1];
  }
  expect(end).toBe(4 * values.length);
  expect(values.length).toBe(mobile.plan.totals.parameters);
});

test("names and axes are PyTorch's", () => {
  const { header } = read(mobile, { weights, trained: false });
  expect(Object.entries(header).map(([name, { shape }]) => `${name} ${shape.join("×")}`)).toEqual([
    "stem.weight 8×1×3×3",
    "norm_1.bias 8",
    "norm_1.running_mean 8",
    "norm_1.running_var 8",
    "depthwise_1.weight 16×1×3×3",
    "depthwise_1.bias 16",
    "point_1.weight 8×16×1×1",
    "point_1.bias 8",
    "norm_2.weight 8",
    "separable_1.depthwise.weight 8×1×3×3",
    "separable_1.pointwise.weight 16×8×1×1",
    "separable_1.pointwise.bias 16",
    "classes.weight 10×16",
    "classes.bias 10",
  ]);
});

test("axes turn", () => {
  const values = Float32Array.from({ length: 24 }, (_, at) => at);
  // [2, 3, 4] as [4, 2, 3]: place (c, a, b) holds 12 a + 4 b + c.
  const turned = reordered(values, [2, 3, 4], [2, 0, 1]);
  expect([...turned.subarray(0, 8)]).toEqual([0, 4, 8, 12, 16, 20, 1, 5]);
  expect(reordered(turned, [4, 2, 3], [1, 2, 0])).toEqual(values);
});

test("weights that are no numbers are refused by name", () => {
  const broken = { ...weights, point_1: (weights.point_1 ?? []).map((it) => it.map(() => Number.NaN)) };
  expect(safetensors(mobile, { weights: broken, trained: true })).toEqual({
    refused:
      "The weights of point_1 (Conv 2D) hold values that are no finite numbers. Train again with a smaller learning rate.",
  });
});

test("a net of 13 million weights takes hardly more than those", () => {
  const plan = compile(
    graphOf([
      ["image", "input", { height: 32, width: 32, channels: 3 }],
      ["conv", "conv2d", { filters: 512 }],
      ["deep", "conv2d", { filters: 1024 }],
      ["pool", "maxPool2d", { size: 8 }],
      ["flat", "flatten"],
      ["dense", "dense", { units: 512 }],
      ["classes", "dense", { units: 10 }],
    ]),
  );
  const given = { weights: initialWeights(plan, 1), trained: false };
  const file = safetensors({ ...mobile, plan }, given);
  if ("refused" in file) throw new Error(file.refused);
  expect(plan.totals.parameters).toBeGreaterThan(13e6);
  expect(file.bytes.length / (4 * plan.totals.parameters)).toBeLessThan(1.0001);
});
