import { beforeAll, describe, expect, test } from "vitest";
import { compile } from "../../compile/compile.ts";
import { use } from "../../tfjs/testing/backends.ts";
import { difference } from "../../tfjs/testing/onnx-runtime.ts";
import { imported } from "./testing/designs.ts";
import { floats, integers, modelWith, type Net, random } from "./testing/model.ts";

beforeAll(() => use("cpu"));

const image = [0, 3, 8, 6];
const conv = ["Conv", ["x", "w"], "c", { pads: [1, 1, 1, 1] }] as const;
const w = random(4, 3, 3, 3);

/** What the design is, one word for each layer in order, and what is told of what differs. */
function drawn(net: Net) {
  const file = modelWith(net);
  const { design, weights = {}, report } = imported(file);
  const plan = compile(design);
  const odd = report.filter((it) => it.fate !== "mapped").map((it) => `${it.fate}: ${it.words}`);
  const layers = plan.steps.map(({ kind, node, values }) =>
    [node.kind, kind.notation(values)].filter(Boolean).join(" "),
  );
  return { file, plan, weights, layers: layers.slice(1), odd };
}

interface Case extends Net {
  readonly layers: readonly string[];
  /** The file's images stand first unless told. */
  readonly last?: true;
}

/** The layers are those told, and they compute what ONNX Runtime computes. */
const exact: Readonly<Record<string, Case>> = {
  "auto_pad SAME_UPPER": {
    input: image,
    lines: [["Conv", ["x", "w"], "c", { auto_pad: "SAME_UPPER", strides: [2, 2] }]],
    arrays: { w },
    layers: ["conv2d 4 · 3×3 · same · stride 2×2 · linear"],
  },
  "auto_pad SAME_LOWER, whose odd zeros come first": {
    input: image,
    lines: [["Conv", ["x", "w"], "c", { auto_pad: "SAME_LOWER", strides: [2, 2] }]],
    arrays: { w },
    layers: ["zeroPad2d 1 0 1 0", "conv2d 4 · 3×3 · valid · stride 2×2 · linear"],
  },
  "a bias as an Add behind, and a batch norm": {
    input: image,
    lines: [
      conv,
      ["Add", ["c", "b"], "d"],
      ["BatchNormalization", ["d", "g", "b1", "m", "v"], "e"],
      ["Relu", ["e"], "f"],
    ],
    arrays: { w, b: random(1, 4, 1, 1), g: random(4), b1: random(4), m: random(4), v: floats(1, 2, 3, 4) },
    layers: ["conv2d 4 · 3×3 · same · linear", "batchNorm", "activation relu"],
  },
  "Keras: NHWC outside, transposes around every layer, MatMul and Add": {
    input: [0, 8, 6, 3],
    last: true,
    lines: [
      ["Transpose", ["x"], "t", { perm: [0, 3, 1, 2] }],
      ["Conv", ["t", "w"], "c", { auto_pad: "VALID" }],
      ["Transpose", ["c"], "n", { perm: [0, 2, 3, 1] }],
      ["Add", ["n", "b"], "d"],
      ["Relu", ["d"], "e"],
      ["Transpose", ["e"], "f", { perm: [0, 3, 1, 2] }],
      ["MaxPool", ["f"], "g", { kernel_shape: [2, 2], strides: [2, 2] }],
      ["Transpose", ["g"], "h", { perm: [0, 2, 3, 1] }],
      ["Reshape", ["h", "s"], "i"],
      ["MatMul", ["i", "k"], "j"],
      ["Add", ["j", "l"], "o"],
      ["Softmax", ["o"], "p", { axis: 1 }],
    ],
    arrays: { w, b: random(4), s: integers(-1, 24), k: random(24, 5), l: random(5) },
    layers: ["conv2d 4 · 3×3 · valid · relu", "maxPool2d 2×2", "flatten", "dense 5 · softmax"],
  },
  "Keras: a dense layer over channels, a mean over rows and columns": {
    input: [0, 8, 6, 3],
    last: true,
    lines: [
      ["MatMul", ["x", "k"], "a"],
      ["Tanh", ["a"], "b"],
      ["ReduceMean", ["b"], "c", { axes: [1, 2], keepdims: 0 }],
      ["Gemm", ["c", "q", "r"], "d", { alpha: { float: 0.5 }, beta: { float: 2 }, transB: 1 }],
    ],
    arrays: { k: random(3, 4), q: random(2, 4), r: random(2) },
    layers: ["conv2d 4 · 1×1 · same · tanh", "globalAvgPool2d", "dense 2 · linear"],
  },
  "Clip without an upper limit, in opset 9 and since 11": {
    opset: 9,
    input: image,
    lines: [conv, ["Clip", ["c"], "d", { min: { float: 0 } }]],
    arrays: { w },
    layers: ["conv2d 4 · 3×3 · same · relu"],
  },
  "Clip with its limit as an input": {
    input: image,
    lines: [conv, ["Clip", ["c", "zero"], "d"]],
    arrays: { w, zero: [[], Float32Array.of(0)] },
    layers: ["conv2d 4 · 3×3 · same · relu"],
  },
  "Pad and Slice with attributes, in opset 9": {
    opset: 9,
    input: image,
    lines: [
      ["Pad", ["x"], "a", { pads: [0, 0, 1, 0, 0, 0, 2, 3] }],
      ["Slice", ["a"], "b", { starts: [1, 2], ends: [100, 8], axes: [2, 3] }],
    ],
    layers: ["zeroPad2d 1 2 0 3", "crop2d 1 0 2 1"],
  },
  "Pad with axes, and a Slice in steps": {
    opset: 18,
    input: image,
    lines: [
      ["Pad", ["x", "p", "", "axes"], "a"],
      ["Slice", ["a", "from", "to", "sides", "steps"], "b"],
    ],
    arrays: {
      p: integers(1, 1, 1, 1),
      axes: integers(2, -1),
      from: integers(0, 1),
      to: integers(99, 99),
      sides: integers(2, 3),
      steps: integers(2, 3),
    },
    layers: ["zeroPad2d 1", "crop2d 0 0 1 0", "maxPool2d 1×1 · stride 2×3"],
  },
  "Softmax of opset 9, which joins all axes from the first on": {
    opset: 9,
    input: [0, 7],
    lines: [["Softmax", ["x"], "a"]],
    layers: ["activation softmax"],
  },
  "Softmax over the channels": {
    input: image,
    lines: [conv, ["Softmax", ["c"], "d", { axis: 1 }]],
    arrays: { w },
    layers: ["conv2d 4 · 3×3 · same · softmax"],
  },
  "Squeeze behind a global pool, with an attribute": {
    opset: 11,
    input: image,
    lines: [
      ["GlobalMaxPool", ["x"], "a"],
      ["Squeeze", ["a"], "b", { axes: [2, 3] }],
      ["MatMul", ["b", "k"], "c"],
    ],
    arrays: { k: random(3, 2) },
    layers: ["globalMaxPool2d", "dense 2 · linear"],
  },
  "the chain that PyTorch writes for view(x.size(0), -1)": {
    input: image,
    lines: [
      ["Shape", ["x"], "s"],
      ["Gather", ["s", "zero"], "n"],
      ["Unsqueeze", ["n", "axis"], "u"],
      ["Concat", ["u", "rest"], "t", { axis: 0 }],
      ["Reshape", ["x", "t"], "v"],
      ["Gemm", ["v", "k"], "o"],
    ],
    arrays: { zero: [[], BigInt64Array.of(0n)], axis: integers(0), rest: integers(-1), k: random(144, 3) },
    layers: ["flatten", "dense 3 · linear"],
  },
  "a subtraction, a maximum with zero, and a mean of two": {
    input: image,
    lines: [
      conv,
      ["Conv", ["x", "w2"], "d", { pads: [1, 1, 1, 1] }],
      ["Sub", ["c", "d"], "e"],
      ["Max", ["e", "zero"], "f"],
      ["Mean", ["f", "c"], "g"],
    ],
    arrays: { w, w2: random(4, 3, 3, 3), zero: [[], Float32Array.of(0)] },
    layers: [
      "conv2d 4 · 3×3 · same · linear",
      "conv2d 4 · 3×3 · same · linear",
      "rescale × -1",
      "add",
      "activation relu",
      "average",
    ],
  },
  "factors and summands of a number and of each channel": {
    input: image,
    lines: [
      ["Div", ["x", "big"], "a"],
      ["Sub", ["a", "half"], "b"],
      ["Mul", ["b", "g"], "c"],
      ["Add", ["c", "h"], "d"],
    ],
    arrays: {
      big: [[1], Float32Array.of(255)],
      half: [[], Float32Array.of(0.5)],
      g: random(3, 1, 1),
      h: random(1, 3, 1, 1),
    },
    layers: ["rescale × 0.003922 + -0.5", "batchNorm"],
  },
  "a nearest Resize by sizes, whose centres fall on the same pixels": {
    input: image,
    lines: [
      [
        "Resize",
        ["x", "", "", "sizes"],
        "a",
        { mode: "nearest", coordinate_transformation_mode: "half_pixel", nearest_mode: "round_prefer_floor" },
      ],
    ],
    arrays: { sizes: integers(1, 3, 16, 18) },
    layers: ["upsample2d 2×3"],
  },
  "a transposed convolution cut from an output_shape": {
    input: image,
    lines: [
      ["ConvTranspose", ["x", "k"], "a", { strides: [2, 2], output_shape: [16, 12], auto_pad: "SAME_UPPER" }],
    ],
    arrays: { k: random(3, 2, 3, 3) },
    layers: ["conv2dTranspose 2 · 3×3 · same · stride 2×2 · linear"],
  },
  "grey images without an axis of channels": {
    input: [0, 4, 5],
    lines: [
      ["Flatten", ["x"], "a"],
      ["Gemm", ["a", "k"], "b"],
    ],
    arrays: { k: random(20, 2) },
    layers: ["flatten", "dense 2 · linear"],
  },
};

describe("reads exactly", () => {
  test.each(Object.entries(exact))("%s", async (_, { layers, last, ...net }) => {
    const met = drawn(net);
    expect(met.odd).toEqual([]);
    expect(met.layers).toEqual(layers);
    expect(met.plan.problems).toEqual([]);
    const first = !last && net.input.length === 4;
    const apart = net.input.length === 3 ? 0 : await difference(met.file, met.plan, met.weights, { first });
    expect(apart).toBeLessThan(1e-5);
  });
});

/** What differs or is lacking is told. */
const told: Readonly<
  Record<string, Net & { readonly layers: readonly string[]; readonly odd: readonly string[] }>
> = {
  ReLU6: {
    input: image,
    lines: [conv, ["Clip", ["c", "zero", "six"], "d"]],
    arrays: { w, zero: [[], Float32Array.of(0)], six: [[], Float32Array.of(6)] },
    layers: ["conv2d 4 · 3×3 · same · relu"],
    odd: ["approximated: Values above 6 are cut off in the file and not in the design."],
  },
  "a leaky ReLU of another slope": {
    input: [0, 5],
    lines: [["LeakyRelu", ["x"], "a", { alpha: { float: 0.01 } }]],
    layers: ["activation leakyRelu"],
    odd: ["approximated: Its slope below zero is 0.01 in the file and 0.2 in the design."],
  },
  "a border of reflections": {
    input: image,
    lines: [["Pad", ["x", "p"], "a", { mode: "reflect" }]],
    arrays: { p: integers(0, 0, 1, 1, 0, 0, 1, 1) },
    layers: ["zeroPad2d 1"],
    odd: ["approximated: The border is zeros in the design; the file repeats pixels there (reflect)."],
  },
  "a maximum with zeros around values below zero": {
    input: image,
    lines: [["MaxPool", ["x"], "a", { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }]],
    layers: ["zeroPad2d 1", "maxPool2d 3×3 · stride 2×2"],
    odd: [
      "approximated: The zeros around the image can be its windows' maxima; in the file its border counts for nothing.",
    ],
  },
  "logarithms of probabilities": {
    input: [0, 5],
    lines: [["LogSoftmax", ["x"], "a"]],
    layers: ["activation softmax"],
    odd: ["approximated: The file gives their logarithms, the design the probabilities."],
  },
  "an operator that no layer is, with layers on both sides": {
    input: image,
    lines: [
      conv,
      ["LRN", ["c"], "d", { size: 3 }],
      ["GlobalAveragePool", ["d"], "e"],
      ["Flatten", ["e"], "f"],
    ],
    arrays: { w },
    layers: ["conv2d 4 · 3×3 · same · linear"],
    odd: ['refused: "LRN" has no counterpart among the layers.'],
  },
};

describe("tells of", () => {
  test.each(Object.entries(told))("%s", (_, { layers, odd, ...net }) => {
    const met = drawn(net);
    expect(met.odd).toEqual(odd);
    expect(met.layers).toEqual(layers);
  });

  test("a gap, whose neighbours stand without a wire, and there are no weights", () => {
    const { design, weights, report } = imported(
      modelWith(told["an operator that no layer is, with layers on both sides"] ?? { input: [], lines: [] }),
    );
    expect(design.nodes.map((it) => it.kind)).toEqual(["input", "conv2d", "globalAvgPool2d"]);
    expect(design.wires).toEqual([{ from: "x", to: design.nodes[1]?.id, slot: 0 }]);
    expect(weights).toBeUndefined();
    expect(report.map((it) => it.fate)).toContain("refused");
  });
});
