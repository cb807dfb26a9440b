import { describe, expect, test } from "vitest";
import { drawDesign } from "../../../bench/agreement/draw-design.ts";
import { compile } from "../../compile/compile.ts";
import { initialWeights } from "../../compile/weights.ts";
import { subjectOf } from "../../emit/golden-subjects.ts";
import { safetensors } from "../../emit/safetensors.ts";
import type { Design } from "../../graph/graph.ts";
import { design } from "../../tfjs/testing/designs.ts";
import { importModel } from "../index.ts";

const net = design(
  ["input", { height: 4, width: 4, channels: 2 }],
  ["conv2d", { filters: 3 }],
  ["flatten"],
  ["dense", { units: 2, activation: "softmax" }],
);

interface Written {
  readonly dtype?: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
  readonly data_offsets?: readonly number[];
}

/** A safetensors file of these arrays, written by hand. */
function file(arrays: Readonly<Record<string, Written>>, headerLength?: number): Uint8Array {
  let at = 0;
  const header = Object.fromEntries(
    Object.entries(arrays).map(([name, { dtype = "F32", shape, bytes, data_offsets }]) => {
      const start = at;
      at += bytes.length;
      return [name, { dtype, shape, data_offsets: data_offsets ?? [start, at] }];
    }),
  );
  const json = new TextEncoder().encode(JSON.stringify(header));
  const all = new Uint8Array(8 + json.length + at);
  new DataView(all.buffer).setBigUint64(0, BigInt(headerLength ?? json.length), true);
  all.set(json, 8);
  let end = 8 + json.length;
  for (const { bytes } of Object.values(arrays)) {
    all.set(bytes, end);
    end += bytes.length;
  }
  return all;
}

const floats = (...shape: readonly number[]): Written => {
  const count = shape.reduce((product, it) => product * it, 1);
  const values = Float32Array.from({ length: count }, (_, at) => at / count);
  return { shape, bytes: new Uint8Array(values.buffer) };
};

const read = (bytes: Uint8Array, onto: Design | undefined = net) =>
  importModel([{ name: "weights.safetensors", bytes }], onto);

test("what our export writes comes back bit by bit, for every kind of layer", async () => {
  for (let seed = 0; seed < 60; seed++) {
    const drawn: Design = { ...drawDesign({ seed, wanted: ["conv2d"], learns: false }), name: "drawn" };
    const plan = compile(drawn);
    const weights = initialWeights(plan, seed);
    const subject = { ...subjectOf("drawn", []), plan };
    const written = safetensors(subject, { weights, trained: true });
    if ("refused" in written) throw new Error(written.refused);
    // A part of a larger buffer, as Node reads small files: its slices are no copies.
    const shared = Buffer.from(Buffer.concat([Buffer.alloc(12), written.bytes])).subarray(12);
    for (const bytes of [written.bytes, shared])
      expect(await read(bytes, drawn), String(seed)).toMatchObject({ design: drawn, weights });
  }
});

test("foreign names: by order and shape, with a word about flattening", async () => {
  const met = await read(
    file({
      "features.0.weight": floats(3, 2, 3, 3),
      "features.0.bias": floats(3),
      "classifier.10.weight": floats(2, 48),
      "classifier.10.bias": floats(2),
    }),
  );
  if ("refused" in met) throw new Error(met.refused);
  expect(met.report.map(({ fate, node }) => [fate, node])).toEqual([
    ["mapped", "n1"],
    ["mapped", "n1"],
    ["approximated", "n3"],
    ["mapped", "n3"],
  ]);
  // PyTorch's (filter 1, channel 0, row 0, column 0) is ours at (0, 0, 0, 1).
  expect(met.weights?.n1?.[0]?.[1]).toBeCloseTo(18 / 54);
});

test("Keras' names and axes, and half precision", async () => {
  const half = { dtype: "F16", shape: [3], bytes: new Uint8Array([0, 0x3c, 0, 0xc0, 0x55, 0x35]) };
  const met = await read(
    file({
      "n1/kernel": floats(3, 3, 2, 3),
      "n1/bias": half,
      "n3/kernel": floats(32 + 16, 2),
      "n3/bias": { dtype: "BF16", shape: [2], bytes: new Uint8Array([0x80, 0x3f, 0, 0xc0]) },
    }),
  );
  if ("refused" in met) throw new Error(met.refused);
  expect(met.weights?.n1?.[0]?.[1]).toBeCloseTo(1 / 54);
  expect([...(met.weights?.n1?.[1] ?? [])]).toEqual([1, -2, Math.fround(0.333251953125)]);
  expect([...(met.weights?.n3?.[1] ?? [])]).toEqual([1, -2]);
});

describe("what is refused, in one sentence", () => {
  const kernel = floats(3, 2, 3, 3);
  const rest = { "n1.bias": floats(3), "n3.weight": floats(2, 48), "n3.bias": floats(2) };
  test.each<[string, Uint8Array, RegExp]>([
    ["a header longer than the file", file({ a: floats(2) }, 5000), /says that its header has 5000 bytes/],
    ["a header of 2⁶³ bytes", file({ a: floats(2) }, 2 ** 53), /no file that can be imported|header/],
    [
      "offsets outside",
      file({ a: { ...floats(2), data_offsets: [0, 10 ** 10] } }),
      /lies at 0 to 10000000000/,
    ],
    ["offsets backwards", file({ a: { ...floats(2), data_offsets: [8, 0] } }), /lies at 8 to 0/],
    [
      "an overlap",
      file({ a: floats(2), b: { ...floats(2), data_offsets: [4, 12] } }),
      /"a" and "b" of .* overlap/,
    ],
    [
      "too few bytes",
      file({ a: { ...floats(2), shape: [3] } }),
      /is 3 of type F32, which are 12 bytes, and has 8/,
    ],
    ["a shape that is none", file({ a: { ...floats(2), shape: [-2] } }), /whole numbers from 0, got -2/],
    ["another shape", file({ "n1.weight": floats(3, 2, 5, 5), ...rest }), /is 3×2×5×5, .* needs 3×2×3×3/],
    ["a missing array", file({ "n1.weight": kernel }), /no array for the bias of n1/],
    ["another model", file({ a: floats(7) }), /needs n1\/kernel 3×2×3×3, .* the file has a 7/],
    [
      "no number",
      file({ "n1.weight": { shape: [3, 2, 3, 3], bytes: new Uint8Array(216).fill(255) }, ...rest }),
      /holds NaN/,
    ],
  ])("%s", async (_, bytes, sentence) => {
    const met = await read(bytes);
    expect("refused" in met && met.refused).toMatch(sentence);
  });

  test("weights without a design", async () => {
    expect(await importModel([{ name: "a", bytes: file({ a: floats(1) }) }])).toEqual({
      refused: expect.stringContaining("open or draw the design"),
    });
  });
});
