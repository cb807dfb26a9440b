import { describe, expect, test } from "vitest";
import { compile } from "../../compile/compile.ts";
import type { Imported } from "../imported.ts";
import { importModel } from "../index.ts";

const file = (json: unknown) => [
  { name: "model.json", bytes: new TextEncoder().encode(JSON.stringify(json)) },
];

async function read(json: unknown): Promise<Imported> {
  const met = await importModel(file(json));
  if ("refused" in met) throw new Error(met.refused);
  return met;
}

/** `image → conv (kind values)`, a line for each node. */
const drawn = ({ design: { nodes, wires } }: Imported): readonly string[] =>
  nodes.map(({ id, kind, values }) => {
    const from = wires.filter((it) => it.to === id).map((it) => it.from);
    const settings = Object.entries(values).map(([name, value]) => `${name}=${value}`);
    return `${from.join("+")}${from.length ? " → " : ""}${[id, kind, ...settings].join(" ")}`;
  });

const apart = ({ report }: Imported) =>
  report.filter((it) => it.fate !== "mapped").map((it) => `${it.fate} ${it.source}: ${it.words}`);

// As TensorFlow 2.8 writes `model.to_json()`.
const glorot = { class_name: "GlorotUniform", config: { seed: null } };
const conv2 = (name: string, filters: number, more: object = {}) => ({
  class_name: "Conv2D",
  config: {
    name,
    trainable: true,
    dtype: "float32",
    filters,
    kernel_size: [3, 3],
    strides: [1, 1],
    padding: "valid",
    data_format: "channels_last",
    dilation_rate: [1, 1],
    groups: 1,
    activation: "relu",
    use_bias: true,
    kernel_initializer: glorot,
    bias_initializer: { class_name: "Zeros", config: {} },
    kernel_regularizer: null,
    bias_regularizer: null,
    activity_regularizer: null,
    kernel_constraint: null,
    bias_constraint: null,
    ...more,
  },
});
const dense2 = (name: string, units: number, activation: unknown, more: object = {}) => ({
  class_name: "Dense",
  config: { name, trainable: true, dtype: "float32", units, activation, use_bias: true, ...more },
});
const pool2 = {
  class_name: "MaxPooling2D",
  config: {
    name: "max_pooling2d",
    trainable: true,
    dtype: "float32",
    pool_size: [2, 2],
    padding: "valid",
    strides: [2, 2],
    data_format: "channels_last",
  },
};
const input2 = (name: string, ...shape: readonly (number | null)[]) => ({
  class_name: "InputLayer",
  config: { batch_input_shape: [null, ...shape], dtype: "float32", sparse: false, ragged: false, name },
});
const mnist = [
  input2("conv2d_input", 28, 28, 1),
  conv2("conv2d", 32, { batch_input_shape: [null, 28, 28, 1] }),
  pool2,
  {
    class_name: "Dropout",
    config: { name: "dropout", trainable: true, dtype: "float32", rate: 0.25, noise_shape: null, seed: null },
  },
  {
    class_name: "Flatten",
    config: { name: "flatten", trainable: true, dtype: "float32", data_format: "channels_last" },
  },
  dense2("dense", 10, "softmax"),
];
const mnistDrawn = [
  "conv2d_input input",
  "conv2d_input → conv2d conv2d filters=32 padding=valid",
  "conv2d → max_pooling2d maxPool2d",
  "max_pooling2d → dropout dropout rate=0.25",
  "dropout → flatten flatten",
  "flatten → dense dense units=10 activation=softmax",
];

describe("spellings of a sequential model", () => {
  test("of Keras 2, with an input layer", async () => {
    const met = await read({
      class_name: "Sequential",
      config: { name: "sequential", layers: mnist },
      keras_version: "2.8.0",
      backend: "tensorflow",
    });
    expect(drawn(met)).toEqual(mnistDrawn);
    expect(met.design.name).toBe("sequential");
    expect(apart(met)).toEqual([]);
    expect(compile(met.design).ready).toBe(true);
  });

  test("of Keras 2.2 and tfjs: the first layer says the shape, and old ones are a list", async () => {
    const layers = mnist.slice(1);
    const expected = mnistDrawn.map((it) => it.replace("conv2d_input", "image"));
    for (const config of [
      { name: "s", layers },
      layers,
      { name: "s", layers, build_input_shape: [null, 28, 28, 1] },
    ])
      expect(drawn(await read({ class_name: "Sequential", config }))).toEqual(expected);
  });

  test("of Keras 3", async () => {
    const policy = {
      module: "keras",
      class_name: "DTypePolicy",
      config: { name: "float32" },
      registered_name: null,
    };
    const layer = (class_name: string, config: object) => ({
      module: "keras.layers",
      class_name,
      config: { trainable: true, dtype: policy, ...config },
      registered_name: null,
      build_config: { input_shape: [null, 28, 28, 1] },
    });
    const met = await read({
      module: "keras",
      class_name: "Sequential",
      config: {
        name: "sequential",
        trainable: true,
        dtype: policy,
        layers: [
          {
            module: "keras.layers",
            class_name: "InputLayer",
            config: {
              batch_shape: [null, 28, 28, 1],
              dtype: "float32",
              sparse: false,
              ragged: false,
              name: "image",
            },
            registered_name: null,
          },
          layer("Conv2D", {
            name: "c",
            filters: 8,
            kernel_size: [5, 5],
            strides: [1, 1],
            padding: "same",
            activation: {
              module: "keras.activations",
              class_name: "function",
              config: "leaky_relu",
              registered_name: "leaky_relu",
            },
          }),
          layer("LeakyReLU", { name: "leaky", negative_slope: 0.2 }),
          layer("GlobalAveragePooling2D", { name: "gap", keepdims: true, data_format: "channels_last" }),
          layer("Activation", { name: "act", activation: "silu" }),
        ],
        build_input_shape: [null, 28, 28, 1],
      },
      registered_name: null,
    });
    expect(drawn(met)).toEqual([
      "image input",
      "image → c conv2d kernel=5,5 activation=leakyRelu",
      "c → leaky activation function=leakyRelu",
      "leaky → gap globalAvgPool2d",
      "gap → gap_2 reshape target=1,1,8",
      "gap_2 → act activation function=swish",
    ]);
    expect(apart(met)).toEqual([]);
  });

  test("without any word about its input", async () => {
    expect(
      await importModel(file({ class_name: "Sequential", config: { layers: [dense2("d", 3, null)] } })),
    ).toEqual({
      refused:
        '"model.json" does not say what shape its input has. Give the first layer an input_shape, or build the model before it is saved.',
    });
  });
});

describe("functional models", () => {
  const named = (
    layer: { class_name: string; config: object },
    name: string,
    ...inbound: readonly unknown[]
  ) => ({
    ...layer,
    config: { ...layer.config, name },
    name,
    inbound_nodes: inbound,
  });
  const add = { class_name: "Add", config: { trainable: true } };
  const same = { padding: "same" };

  test("of Keras 2 and tfjs, a residual block, layers in no order", async () => {
    const met = await read({
      class_name: "Functional",
      config: {
        name: "model",
        layers: [
          named(add, "add", [
            ["conv_b", 0, 0, {}],
            ["image", 0, 0, {}],
          ]),
          named(input2("image", 8, 8, 4), "image"),
          named(conv2("conv_b", 4, same), "conv_b", [["conv_a", 0, 0, {}]]),
          named(conv2("conv_a", 4, same), "conv_a", ["image", 0, 0, {}]),
        ],
        input_layers: [["image", 0, 0]],
        output_layers: [["add", 0, 0]],
      },
    });
    expect(drawn(met)).toEqual([
      "image input height=8 width=8 channels=4",
      "image → conv_a conv2d filters=4",
      "conv_a → conv_b conv2d filters=4",
      "conv_b+image → add add",
    ]);
  });

  test("of Keras 3, with `a + b` as an operation and one input by itself", async () => {
    const tensor = (name: string) => ({
      class_name: "__keras_tensor__",
      config: { shape: [null, 8, 8, 4], dtype: "float32", keras_history: [name, 0, 0] },
    });
    const called = (...args: readonly unknown[]) => [{ args, kwargs: { training: false } }];
    const met = await read({
      module: "keras.src.models.functional",
      class_name: "Functional",
      config: {
        name: "functional_1",
        trainable: true,
        layers: [
          {
            module: "keras.layers",
            class_name: "InputLayer",
            name: "image",
            config: { batch_shape: [null, 8, 8, 4], name: "image" },
            inbound_nodes: [],
          },
          {
            module: "keras.layers",
            class_name: "SeparableConv2D",
            name: "s",
            config: {
              name: "s",
              filters: 4,
              kernel_size: [3, 3],
              padding: "same",
              depth_multiplier: 2,
              activation: "linear",
            },
            inbound_nodes: called(tensor("image")),
          },
          {
            module: "keras.src.ops.numpy",
            class_name: "Add",
            name: "plus",
            config: { name: "plus" },
            inbound_nodes: called(tensor("s"), tensor("image")),
          },
          {
            module: "keras.layers",
            class_name: "Concatenate",
            name: "cat",
            config: { name: "cat", axis: 3 },
            inbound_nodes: called([tensor("plus"), tensor("image")]),
          },
        ],
        input_layers: ["image", 0, 0],
        output_layers: ["cat", 0, 0],
      },
      registered_name: "Functional",
    });
    expect(drawn(met)).toEqual([
      "image input height=8 width=8 channels=4",
      "image → s separableConv2d filters=4 multiplier=2 activation=linear",
      "s+image → plus add",
      "plus+image → cat concat",
    ]);
  });

  test("of models in models, and one layer at two places", async () => {
    const inner = {
      class_name: "Functional",
      config: {
        name: "body",
        layers: [
          named(input2("inner_image", 8, 8, 4), "inner_image"),
          named(conv2("conv", 4, same), "conv", [["inner_image", 0, 0, {}]]),
        ],
        input_layers: [["inner_image", 0, 0]],
        output_layers: [["conv", 0, 0]],
      },
    };
    const met = await read({
      class_name: "Model",
      config: {
        name: "twice",
        layers: [
          named(input2("image", 8, 8, 4), "image"),
          // Node 0 of a nested model is its own first run, so calls count from 1.
          named(inner, "body", [["image", 0, 0, {}]], [["body", 1, 0, {}]]),
          named(conv2("x", 2), "x", [["body", 2, 0, {}]]),
        ],
        input_layers: [["image", 0, 0]],
        output_layers: [["x", 0, 0]],
      },
    });
    expect(drawn(met)).toEqual([
      "image input height=8 width=8 channels=4",
      "image → body_conv conv2d filters=4",
      "body_conv → body_conv_2 conv2d filters=4",
      "body_conv_2 → x conv2d filters=2 padding=valid",
    ]);
    expect(apart(met)).toEqual(
      Array(2).fill(
        "approximated body/conv (Conv2D): Its weights are shared by 2 places; here each place has its own.",
      ),
    );
  });

  test("that go in a circle, or take from nowhere", async () => {
    const circle = (from: string) => ({
      class_name: "Functional",
      config: {
        layers: [
          named(input2("image", 8, 8, 4), "image"),
          named(add, "a", [
            ["b", 0, 0, {}],
            ["image", 0, 0, {}],
          ]),
          named(add, "b", [
            [from, 0, 0, {}],
            ["image", 0, 0, {}],
          ]),
        ],
        input_layers: [["image", 0, 0]],
        output_layers: [["b", 0, 0]],
      },
    });
    expect(await importModel(file(circle("a")))).toEqual({
      refused:
        'The layer "a" of "model.json" waits for its own result: the network goes in a circle, which none may.',
    });
    expect(await importModel(file(circle("c")))).toEqual({
      refused: expect.stringContaining('takes from "c", which is no layer of it'),
    });
  });

  test("with two inputs and two results say so", async () => {
    const met = await read({
      class_name: "Functional",
      config: {
        layers: [
          named(input2("a", 8), "a"),
          named(input2("b", 8), "b"),
          named(dense2("x", 3, null), "x", [["a", 0, 0, {}]]),
          named(dense2("y", 3, null), "y", [["b", 0, 0, {}]]),
        ],
        input_layers: [
          ["a", 0, 0],
          ["b", 0, 0],
        ],
        output_layers: [
          ["x", 0, 0],
          ["y", 0, 0],
        ],
      },
    });
    expect(apart(met).map((it) => it.replace(/:.*/, ""))).toEqual([
      "approximated result 1 of 2",
      "approximated result 2 of 2",
      "approximated b (InputLayer)",
    ]);
  });
});

test("images without an axis of channels, as the tutorials have them", async () => {
  const met = await read({
    class_name: "Sequential",
    config: {
      layers: [
        input2("image", 28, 28),
        { class_name: "Rescaling", config: { scale: 0.5, offset: 0, name: "r" } },
        { class_name: "Flatten", config: { name: "flat" } },
        dense2("d", 10, "linear"),
      ],
    },
  });
  expect(drawn(met)).toEqual([
    "image input",
    "image → r rescale scale=0.5",
    "r → flat flatten",
    "flat → d dense units=10 activation=linear",
  ]);
  expect(apart(met)).toEqual([
    "approximated image (InputLayer): Its images have no axis of channels; here they have one channel.",
  ]);
});

describe("one layer on an image of 8×8×4", () => {
  const image = input2("image", 8, 8, 4);
  const one = async (class_name: string, config: object) => {
    const met = await read({
      class_name: "Sequential",
      config: { layers: [image, { class_name, config: { name: "it", ...config } }] },
    });
    return [
      ...drawn(met)
        .slice(1)
        .map((it) => it.replace(/^image → /, "")),
      ...apart(met).map((it) => it.replace(/ it \(\w+\)/, "")),
    ];
  };
  const window = { kernel_size: [3, 3], padding: "same" };

  test.each<[string, object, readonly string[]]>([
    ["Dense", { units: 3, activation: "relu" }, ["it conv2d filters=3 kernel=1 padding=valid"]],
    [
      "Conv2D",
      { filters: 8, groups: 4, ...window, activation: null },
      ["it depthwiseConv2d multiplier=2 activation=linear"],
    ],
    [
      "Conv2D",
      { filters: 8, groups: 2, ...window },
      [
        "refused: It works on 2 groups of channels; here a convolution works on all of them or on each alone.",
      ],
    ],
    [
      "Conv2D",
      { filters: 8, ...window, data_format: "channels_first" },
      [
        "refused: It has the channels first, here they are last: save the model with data_format channels_last.",
      ],
    ],
    [
      "Conv2D",
      { filters: 8, ...window, dilation_rate: [2, 2], strides: 2 },
      ["refused: Stride 2×2 and dilation 2×2 exclude each other: one of them must be 1."],
    ],
    [
      "Conv2D",
      { filters: 8, ...window, activation: "softsign" },
      [
        "it conv2d activation=linear",
        "refused: There is no activation softsign here, only relu, leakyRelu, elu, selu, gelu, sigmoid, tanh, swish, softplus, softmax, linear.",
      ],
    ],
    [
      "Conv2D",
      { filters: 8, ...window, activation: { class_name: "LeakyReLU", config: { alpha: 0.1 } } },
      ["it conv2d activation=leakyRelu", "approximated: Its slope below zero is 0.1, the one here is 0.2."],
    ],
    [
      "Conv2D",
      {
        filters: 8,
        ...window,
        trainable: false,
        kernel_regularizer: { class_name: "L2", config: { l2: 0.01 } },
      },
      [
        "it conv2d activation=linear trainable=false",
        "approximated: kernel_regularizer acts in training only and is left out.",
      ],
    ],
    [
      "Conv2D",
      { filters: 8, ...window, dtype: { class_name: "DTypePolicy", config: { name: "mixed_float16" } } },
      ["it conv2d activation=linear", "approximated: It computes in mixed_float16, here in float32."],
    ],
    [
      "DepthwiseConv2D",
      { ...window, strides: [2, 2], depth_multiplier: 3, activation: "elu", use_bias: false },
      ["it depthwiseConv2d stride=2,2 multiplier=3 bias=false activation=elu"],
    ],
    [
      "DepthwiseConv2D",
      { ...window, dilation_rate: 2 },
      ["refused: It is dilated by 2×2; here only Conv 2D can be."],
    ],
    [
      "Conv2DTranspose",
      { filters: 8, ...window, strides: 2, output_padding: null, activation: "relu" },
      ["it conv2dTranspose stride=2,2"],
    ],
    [
      "Conv2DTranspose",
      { filters: 8, ...window, strides: 2, output_padding: [1, 1] },
      ["refused: Its output_padding is 1×1; here the size follows from stride and padding alone."],
    ],
    [
      "AveragePooling2D",
      { pool_size: [3, 3], strides: null, padding: "same" },
      ["it avgPool2d size=3,3 padding=same"],
    ],
    [
      "ZeroPadding2D",
      {
        padding: [
          [1, 2],
          [3, 4],
        ],
      },
      ["it zeroPad2d amount=1,2,3,4"],
    ],
    ["ZeroPadding2D", { padding: [2, 3] }, ["it zeroPad2d amount=2,2,3,3"]],
    ["Cropping2D", { cropping: 1 }, ["it crop2d"]],
    [
      "Cropping2D",
      {
        cropping: [
          [4, 4],
          [0, 0],
        ],
      },
      ["refused: Cutting 4 4 0 0 off 8×8×4 leaves nothing."],
    ],
    [
      "UpSampling2D",
      { size: [2, 3], interpolation: "bilinear" },
      ["it upsample2d size=2,3 interpolation=bilinear"],
    ],
    [
      "UpSampling2D",
      { size: 2, interpolation: "bicubic" },
      ["it upsample2d interpolation=bilinear", "approximated: It interpolates bicubic; here it is bilinear."],
    ],
    ["Reshape", { target_shape: [-1, 2, 4] }, ["it reshape target=32,2,4"]],
    [
      "Reshape",
      { target_shape: [64, 4] },
      ["refused: It gives 64×4; here values are laid out as an image or a vector."],
    ],
    ["Rescaling", { scale: [0.5, 0.5], offset: -1 }, ["it rescale scale=0.5 offset=-1"]],
    [
      "Rescaling",
      { scale: [0.5, 0.25, 1], offset: 0 },
      ["refused: It scales every channel by a number of its own; Rescale here has one for all."],
    ],
    [
      "ReLU",
      { max_value: 6, negative_slope: 0, threshold: 0 },
      ["it activation", "approximated: It caps values at 6, which relu here does not."],
    ],
    ["ReLU", { max_value: null, negative_slope: [0.2], threshold: 0 }, []],
    [
      "LeakyReLU",
      { alpha: 0.3 },
      ["it activation function=leakyRelu", "approximated: Its slope below zero is 0.3, the one here is 0.2."],
    ],
    ["Softmax", { axis: -1 }, ["it activation function=softmax"]],
    [
      "Softmax",
      { axis: 1 },
      ["refused: It works along axis 1; softmax here works along the channels, or all values of a vector."],
    ],
    ["PReLU", {}, ['refused: There is no layer like "PReLU" here.']],
    [
      "BatchNormalization",
      { axis: [3], momentum: 0.9, epsilon: 1e-5, center: true, scale: false },
      ["it batchNorm momentum=0.9 epsilon=0.00001 scale=false"],
    ],
    [
      "BatchNormalization",
      { axis: 1 },
      ["refused: It does not work along the channels alone, as normalisations here do."],
    ],
    [
      "BatchNormalization",
      { momentum: 1 },
      ["it batchNorm momentum=0.9999", "approximated: Its momentum is 1; the nearest here is 0.9999."],
    ],
    ["Dropout", { rate: 0.3, noise_shape: [null, 1, 1, null] }, ["it spatialDropout2d rate=0.3"]],
    [
      "GaussianDropout",
      { rate: 0.3 },
      [
        "it dropout rate=0.3",
        "approximated: In training it multiplies by noise, where dropout here sets values to zero.",
      ],
    ],
    ["RandomFlip", { mode: "horizontal" }, ["approximated: It acts in training only and is left out."]],
    ["LSTM", { units: 4 }, ['refused: There is no layer like "LSTM" here.']],
    ["constructor", {}, ['refused: There is no layer like "constructor" here.']],
  ])("%s %j", async (name, config, expected) => {
    if (expected.length) expect(await one(name, config)).toEqual(expected);
    // What no version of Keras writes refuses the file.
    else await expect(one(name, config)).rejects.toThrow(/negative_slope of it \(ReLU\) must be a number/);
  });
});

test("a gap stays where a layer was, and its neighbours stay unwired", async () => {
  const met = await read({
    class_name: "Sequential",
    config: {
      layers: [
        input2("image", 8, 8, 4),
        conv2("a", 3),
        { class_name: "Lambda", config: { name: "odd" } },
        conv2("b", 3),
        { class_name: "Flatten", config: { name: "f" } },
        dense2("d", 2, null),
      ],
    },
  });
  expect(drawn(met)).toEqual([
    "image input height=8 width=8 channels=4",
    "image → a conv2d filters=3 padding=valid",
    "b conv2d filters=3 padding=valid",
    "b → f flatten",
    "f → d dense units=2 activation=linear",
  ]);
  expect(met.weights).toBeUndefined();
  expect(apart(met)).toEqual(['refused odd (Lambda): There is no layer like "Lambda" here.']);
});
