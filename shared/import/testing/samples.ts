import { strToU8, zipSync } from "fflate";
import { compile } from "../../compile/compile.ts";
import { initialWeights } from "../../compile/weights.ts";
import type { Design } from "../../graph/graph.ts";
import { type NewGroup, writeHdf5 } from "../../hdf5/write.ts";
import { volume } from "../../nodes/shape.ts";
import { design } from "../../tfjs/testing/designs.ts";

/** A small sound model in every format, written here by hand: what fuzzing damages. */

const tensor = (name: string) => ({
  class_name: "__keras_tensor__",
  config: { shape: [null, 6, 6, 3], dtype: "float32", keras_history: [name, 0, 0] },
});
const layer = (class_name: string, name: string, config: object, ...from: readonly string[]) => ({
  module: "keras.layers",
  class_name,
  name,
  config: { name, trainable: true, dtype: "float32", ...config },
  registered_name: null,
  inbound_nodes: from.length
    ? [{ args: [from.length > 1 ? from.map(tensor) : tensor(from[0] ?? "")], kwargs: {} }]
    : [],
});
const window = { kernel_size: [3, 3], strides: [1, 1], padding: "same", data_format: "channels_last" };

/** A branch, a nested model, most sorts of settings. */
export const topology = {
  class_name: "Functional",
  config: {
    name: "sample",
    layers: [
      layer("InputLayer", "image", { batch_shape: [null, 6, 6, 3] }),
      layer(
        "Conv2D",
        "conv",
        { filters: 3, ...window, activation: "relu", dilation_rate: [1, 1], groups: 1 },
        "image",
      ),
      layer(
        "BatchNormalization",
        "norm",
        { axis: [3], momentum: 0.9, epsilon: 1e-3, center: true, scale: true },
        "conv",
      ),
      layer("LeakyReLU", "leaky", { negative_slope: 0.2 }, "norm"),
      {
        ...layer("Functional", "inner", {}, "leaky"),
        config: {
          name: "inner",
          layers: [
            layer("InputLayer", "inner_image", { batch_shape: [null, 6, 6, 3] }),
            layer("SeparableConv2D", "sep", { filters: 3, ...window, depth_multiplier: 2 }, "inner_image"),
          ],
          input_layers: [["inner_image", 0, 0]],
          output_layers: [["sep", 0, 0]],
        },
      },
      layer("Add", "add", {}, "inner", "image"),
      layer(
        "ZeroPadding2D",
        "pad",
        {
          padding: [
            [1, 0],
            [0, 1],
          ],
        },
        "add",
      ),
      layer("MaxPooling2D", "pool", { pool_size: [2, 2], strides: [2, 2], padding: "valid" }, "pad"),
      layer("Reshape", "flat", { target_shape: [-1] }, "pool"),
      layer("Dropout", "drop", { rate: 0.5, seed: null, noise_shape: null }, "flat"),
      layer(
        "Dense",
        "classes",
        { units: 4, activation: { class_name: "function", config: "softmax" } },
        "drop",
      ),
    ],
    input_layers: [["image", 0, 0]],
    output_layers: [["classes", 0, 0]],
  },
};

type Stored = readonly (readonly [
  layer: string,
  place: string,
  arrays: readonly (readonly [name: string, shape: readonly number[]])[],
])[];

const stored: Stored = [
  [
    "conv",
    "layers/conv2d",
    [
      ["kernel", [3, 3, 3, 3]],
      ["bias", [3]],
    ],
  ],
  [
    "norm",
    "layers/batch_normalization",
    ["gamma", "beta", "moving_mean", "moving_variance"].map((it) => [it, [3]]),
  ],
  [
    "inner",
    "layers/functional/layers/separable_conv2d",
    [
      ["depthwise_kernel", [3, 3, 3, 2]],
      ["pointwise_kernel", [1, 1, 6, 3]],
      ["bias", [3]],
    ],
  ],
  [
    "classes",
    "layers/dense",
    [
      ["kernel", [27, 4]],
      ["bias", [4]],
    ],
  ],
];

const ramp = (shape: readonly number[]) =>
  Float32Array.from({ length: volume(shape) }, (_, at) => at / 64 - 1);

export interface Sample {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export function tfjsSample(): readonly Sample[] {
  const arrays = stored.flatMap(([owner, , its]) =>
    its.map(([name, shape]) => ({ name: `${owner === "inner" ? "sep" : owner}/${name}`, shape })),
  );
  const json = {
    format: "layers-model",
    generatedBy: "keras v2.11.0",
    modelTopology: { keras_version: "2.11.0", backend: "tensorflow", model_config: topology },
    weightsManifest: [
      {
        paths: ["group1-shard1of2.bin", "group1-shard2of2.bin"],
        weights: arrays.map((it) => ({ ...it, dtype: "float32" })),
      },
    ],
  };
  const bytes = new Uint8Array(Float32Array.from(arrays.flatMap(({ shape }) => [...ramp(shape)])).buffer);
  return [
    { name: "model.json", bytes: strToU8(JSON.stringify(json)) },
    { name: "group1-shard1of2.bin", bytes: bytes.subarray(0, 500) },
    { name: "group1-shard2of2.bin", bytes: bytes.subarray(500) },
  ];
}

export const h5Sample = (): Promise<Uint8Array> =>
  writeHdf5((root) => {
    root.text("keras_version", "2.11.0");
    root.text("model_config", JSON.stringify(topology));
    const weights = root.group("model_weights");
    weights.texts(
      "layer_names",
      topology.config.layers.map((it) => it.name),
    );
    for (const { name } of topology.config.layers) {
      const group = weights.group(name);
      const arrays = stored.find(([owner]) => owner === name)?.[2] ?? [];
      const inner = name === "inner" ? "sep" : name;
      group.texts(
        "weight_names",
        arrays.map(([it]) => `${inner}/${it}:0`),
      );
      const own = arrays.length ? group.group(inner) : undefined;
      for (const [it, shape] of arrays) own?.array(`${it}:0`, shape, ramp(shape));
    }
  });

export const weightsSample = (): Promise<Uint8Array> =>
  writeHdf5((root) => {
    const folders = new Map<string, NewGroup>();
    const folder = (path: string): NewGroup => {
      if (!path) return root;
      const known = folders.get(path);
      if (known) return known;
      const cut = path.lastIndexOf("/");
      const made = folder(path.slice(0, Math.max(cut, 0))).group(path.slice(cut + 1));
      folders.set(path, made);
      return made;
    };
    for (const [, place, arrays] of stored)
      for (const [index, [, shape]] of arrays.entries())
        folder(`${place}/vars`).array(String(index), shape, ramp(shape));
  });

export const archived = (files: Readonly<Record<string, Uint8Array>>, level: 0 | 6 = 0): Uint8Array =>
  zipSync(files, { level, mtime: new Date(1980, 0, 1) });

export const safetensorsDesign: Design = design(
  ["input", { height: 6, width: 6, channels: 3 }],
  ["conv2d", { filters: 3 }],
  ["batchNorm"],
  ["flatten"],
  ["dense", { units: 4, activation: "softmax" }],
);
export const safetensorsPlan = compile(safetensorsDesign);
export const safetensorsWeights = initialWeights(safetensorsPlan, 1);
