import { strToU8, zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { writeHdf5 } from "../../hdf5/write.ts";
import { volume } from "../../nodes/shape.ts";
import { importModel } from "../index.ts";

type Arrays = Readonly<Record<string, readonly number[]>>;

/** Values that differ from array to array and place to place. */
const valuesOf = (name: string, shape: readonly number[]): Float32Array =>
  Float32Array.from({ length: volume(shape) }, (_, at) => name.length + at / 1024);

const layers = [
  { class_name: "InputLayer", config: { name: "image", batch_shape: [null, 6, 6, 2] } },
  {
    class_name: "Conv2D",
    config: { name: "conv", filters: 3, kernel_size: [3, 3], padding: "same", activation: "relu" },
  },
  { class_name: "BatchNormalization", config: { name: "norm", axis: -1, scale: false } },
  { class_name: "DepthwiseConv2D", config: { name: "depth", kernel_size: [3, 3], use_bias: false } },
  { class_name: "SeparableConv2D", config: { name: "sep", filters: 5, kernel_size: [1, 1] } },
  { class_name: "Conv2D", config: { name: "conv_b", filters: 2, kernel_size: [2, 2] } },
  { class_name: "Flatten", config: { name: "flat" } },
  { class_name: "Dense", config: { name: "classes", units: 4, activation: "softmax" } },
];
const model = { class_name: "Sequential", config: { name: "small", layers } };

/** The arrays of each layer in Keras' order, by the names of Keras 2. */
const stored: Readonly<Record<string, Arrays>> = {
  conv: { kernel: [3, 3, 2, 3], bias: [3] },
  norm: { beta: [3], moving_mean: [3], moving_variance: [3] },
  depth: { depthwise_kernel: [3, 3, 3, 1] },
  sep: { depthwise_kernel: [1, 1, 3, 1], pointwise_kernel: [1, 1, 3, 5], bias: [5] },
  conv_b: { kernel: [2, 2, 5, 2], bias: [2] },
  classes: { kernel: [18, 4], bias: [4] },
};
const expected = Object.fromEntries(
  Object.entries(stored).map(([layer, arrays]) => [
    layer,
    Object.entries(arrays).map(([name, shape]) => valuesOf(layer + name, shape)),
  ]),
);

const read = async (name: string, bytes: Uint8Array) => importModel([{ name, bytes }]);

/** Keras 2 writes `conv/kernel:0`, Keras 3 `conv/kernel`; a model that was renamed keeps the old names of its arrays. */
const h5 = (
  naming: (layer: string, weight: string) => string,
  more: { version?: string; config?: string } = {},
) =>
  writeHdf5((root) => {
    root.text("keras_version", more.version ?? "2.11.0");
    root.text("backend", "tensorflow");
    root.text("model_config", more.config ?? JSON.stringify(model));
    const weights = root.group("model_weights");
    weights.texts(
      "layer_names",
      layers.map((it) => it.config.name),
    );
    for (const { config } of layers) {
      const group = weights.group(config.name);
      const arrays = Object.entries(stored[config.name] ?? {});
      const names = arrays.map(([weight]) => naming(config.name, weight));
      group.texts("weight_names", names);
      const folders = new Map<string, typeof group>();
      for (const [index, [weight, shape]] of arrays.entries()) {
        const path = (names[index] ?? "").split("/");
        const folder = path.slice(0, -1).join("/");
        const inner = folders.get(folder) ?? path.slice(0, -1).reduce((at, it) => at.group(it), group);
        folders.set(folder, inner);
        inner.array(path.at(-1) ?? "", shape, valuesOf(config.name + weight, shape));
      }
    }
  });

describe("a whole model in HDF5", () => {
  test.each<[string, (layer: string, weight: string) => string]>([
    ["Keras 2", (layer, weight) => `${layer}/${weight}:0`],
    [
      "Keras 3",
      (layer, weight) =>
        `small/${layer}/${weight === "depthwise_kernel" && layer === "depth" ? "kernel" : weight}`,
    ],
    [
      "a model that was renamed",
      (layer, weight) => `${layer === "conv" ? "conv_b" : `old_${layer}`}/${weight}:0`,
    ],
  ])("of %s", async (_, naming) => {
    const met = await read("model.h5", await h5(naming));
    expect(met).toMatchObject({ design: { name: "small" }, weights: expected });
  });

  test("of a later version, of weights alone, and of something else", async () => {
    expect(await read("m.h5", await h5((a, b) => `${a}/${b}`, { version: "4.0.1" }))).toEqual({
      refused:
        '"m.h5" was saved by Keras "4.0.1"; files up to version 3 can be read. Save it again with Keras 3, or export it as ONNX.',
    });
    expect(await read("w.h5", await writeHdf5((root) => root.texts("layer_names", ["a"])))).toEqual({
      refused: expect.stringContaining("holds the weights of a Keras model without the model"),
    });
    expect(await read("w.h5", await writeHdf5((root) => root.text("title", "x")))).toEqual({
      refused: expect.stringContaining("is an HDF5 file, but no Keras model"),
    });
  });
});

const weightsFile = (
  change: (place: string, shape: readonly number[]) => readonly number[] = (_, it) => it,
) =>
  writeHdf5((root) => {
    const all = root.group("layers");
    // As Keras 3 numbers them: by class, in the model's order.
    const places = {
      conv: "conv2d",
      norm: "batch_normalization",
      depth: "depthwise_conv2d",
      sep: "separable_conv2d",
      conv_b: "conv2d_1",
      classes: "dense",
    };
    for (const [layer, place] of Object.entries(places)) {
      const vars = all.group(place).group("vars");
      for (const [index, [weight, shape]] of Object.entries(stored[layer] ?? {}).entries())
        vars.array(String(index), change(place, shape), valuesOf(layer + weight, change(place, shape)));
    }
  });

const archive = (files: Readonly<Record<string, Uint8Array>>) =>
  zipSync(files, { level: 6, mtime: new Date(1980, 0, 1) });
const metadata = strToU8(JSON.stringify({ keras_version: "3.9.0", date_saved: "2025-01-01@00:00:00" }));
const config = strToU8(JSON.stringify(model));

describe("a .keras archive", () => {
  test("gives its layers their arrays by class and number", async () => {
    const bytes = archive({
      "metadata.json": metadata,
      "config.json": config,
      "model.weights.h5": await weightsFile(),
    });
    expect(await read("model.keras", bytes)).toMatchObject({ design: { name: "small" }, weights: expected });
  });

  test("without weights is a design alone", async () => {
    expect(await read("model.keras", archive({ "config.json": config }))).toMatchObject({
      weights: undefined,
    });
  });

  test("names both shapes where weights do not fit", async () => {
    const weights = await weightsFile((place, shape) =>
      place === "dense" && shape.length === 2 ? [17, 4] : shape,
    );
    expect(
      await read("model.keras", archive({ "config.json": config, "model.weights.h5": weights })),
    ).toEqual({
      refused:
        "The kernel of classes (Dense) is 17×4 in the file, and its settings ask for 18×4. Save the model again with the program that made it.",
    });
  });

  test.each<[string, Readonly<Record<string, Uint8Array>>, RegExp]>([
    [
      "a later version",
      { "config.json": config, "metadata.json": strToU8('{"keras_version":"4.0"}') },
      /Keras "4.0"/,
    ],
    ["weights in pieces", { "config.json": config, "model.weights.json": config }, /in several files/],
    [
      "broken weights",
      { "config.json": config, "model.weights.h5": config },
      /weights in "x.keras" cannot be read/,
    ],
    ["no JSON", { "config.json": strToU8("{") }, /config.json in "x.keras" cannot be read. Line 1, column 2/],
    ["a pickle", { "archive/data.pkl": config }, /Python pickle of PyTorch.*never loaded/],
    ["NumPy arrays", { "a.npy": config }, /arrays of NumPy/],
    ["a SavedModel", { "m/saved_model.pb": config }, /SavedModel/],
    ["anything else", { "readme.txt": config }, /without a model/],
    ["a name that leads out", { "../config.json": config }, /leads out of the archive/],
    ["a name from the root", { "/config.json": config }, /leads out of the archive/],
  ])("refuses %s", async (_, files, sentence) => {
    const met = await read("x.keras", archive(files));
    expect("refused" in met && met.refused).toMatch(sentence);
  });
});

describe("a zip that lies", () => {
  const place = (bytes: Uint8Array, signature: number): number => {
    const view = new DataView(bytes.buffer);
    for (let at = 0; at < bytes.length - 4; at++) if (view.getUint32(at, true) === signature) return at;
    return -1;
  };
  const changed = (
    files: Readonly<Record<string, Uint8Array>>,
    change: (view: DataView, directory: number) => void,
  ) => {
    const bytes = archive(files);
    change(new DataView(bytes.buffer), place(bytes, 0x02014b50));
    return bytes;
  };
  const only = { "config.json": config };

  test.each<[string, Uint8Array, RegExp]>([
    [
      "about a size of 4 GB",
      changed(only, (view, at) => view.setUint32(at + 24, 0xfffffff0, true)),
      /would have 4294967280 bytes/,
    ],
    [
      "about a size that deflate cannot reach",
      changed(only, (view, at) => view.setUint32(at + 24, 2 ** 28, true)),
      /damaged/,
    ],
    ["about a smaller size", changed(only, (view, at) => view.setUint32(at + 24, 10, true)), /damaged/],
    ["about its checksum", changed(only, (view, at) => view.setUint32(at + 16, 1, true)), /damaged/],
    ["about where a file lies", changed(only, (view, at) => view.setUint32(at + 42, 9999, true)), /damaged/],
    [
      "about its method",
      changed(only, (view, at) => view.setUint16(at + 10, 12, true)),
      /packed by method 12/,
    ],
    ["by a password", changed(only, (view, at) => view.setUint16(at + 8, 1, true)), /encrypted/],
    ["by its end", archive(only).subarray(0, 100), /damaged zip file/],
    [
      "with one name twice",
      changed({ "config.json": config, "konfig.json": config }, (view) => {
        const bytes = new Uint8Array(view.buffer);
        for (const [at, it] of bytes.entries()) if (it === 0x6b && bytes[at + 1] === 0x6f) bytes[at] = 0x63;
      }),
      /two files called "config.json"/,
    ],
  ])("%s", async (_, bytes, sentence) => {
    const met = await read("x.keras", bytes);
    expect("refused" in met && met.refused).toMatch(sentence);
  });

  test("by a bomb of zeros that says what it is", async () => {
    const bomb = archive({ "config.json": new Uint8Array(40 * 2 ** 20) });
    const met = await read("x.keras", bomb);
    expect("refused" in met && met.refused).toMatch(/config.json in "x.keras" has 41943040 bytes of JSON/);
  });
});
