import type { Plan } from "../../compile/plan.ts";
import { activations } from "../../nodes/activation-functions.ts";
import type { Values } from "../../nodes/settings.ts";
import { type Drawn, planOf } from "./designs.ts";

/** A small network whose gradients must be right on every backend. */
export interface GradientCase {
  readonly name: string;
  readonly plan: () => Plan;
  /** One of the few of its kind that are also checked on graphics cards, where each takes its time. */
  readonly everywhere: boolean;
}

const image = { height: 5, width: 6, channels: 2 };
const head = [["flatten"], ["dense", { units: 3, activation: "softmax" }]] as const;
const conv = (values: Values = {}): Drawn => ["conv2d", { filters: 3, activation: "tanh", ...values }];
const paddings = ["same", "valid"] as const;

const of = (name: string, ...drawn: readonly Drawn[]): GradientCase => ({
  name,
  plan: () => planOf(...drawn),
  everywhere: false,
});

/** Settings that are also checked on graphics cards. */
const first = (cases: readonly GradientCase[], count = 1): readonly GradientCase[] =>
  cases.map((it, index) => (index < count ? { ...it, everywhere: true } : it));

/** The layer in question between a convolution and a dense layer, so that its gradient by its input is met too. */
const amid = (kind: string, values: Values = {}): GradientCase =>
  of(`${kind} ${JSON.stringify(values)}`, ["input", image], conv(), [kind, values], ...head);

/** On images of one pixel. */
const onPixel = (kind: string, values: Values = {}): GradientCase =>
  of(
    `${kind} ${JSON.stringify(values)} of one pixel`,
    ["input", { height: 1, width: 1, channels: 2 }],
    conv(),
    [kind, values],
    ...head,
  );

const amidVector = (kind: string, values: Values = {}): GradientCase =>
  of(
    `${kind} ${JSON.stringify(values)} of a vector`,
    ["input", { shape: [7] }],
    ["dense", { units: 6, activation: "tanh" }],
    [kind, values],
    ["dense", { units: 3, activation: "softmax" }],
  );

const slidingSettings: readonly Values[] = [
  { kernel: 3 },
  { kernel: 3, stride: 2 },
  { kernel: [1, 3], bias: false },
  { kernel: 2, stride: 3 },
];
const unevenSettings: readonly Values[] = [
  { kernel: [2, 3], stride: [2, 1] },
  { kernel: [1, 2], stride: [2, 1] },
];

const convolutions = [
  ...first(
    paddings.flatMap((padding) =>
      [
        { kernel: 2, dilation: [1, 2], bias: false, activation: "leakyRelu" },
        ...slidingSettings,
        ...unevenSettings,
        { kernel: 2, dilation: 2 },
        { kernel: [2, 3], dilation: [3, 1] },
      ].map((values) => amid("conv2d", { filters: 2, activation: "tanh", ...values, padding })),
    ),
    4,
  ),
  onPixel("conv2d", { filters: 2, kernel: 3, activation: "tanh" }),
  onPixel("conv2d", { filters: 2, kernel: 3, dilation: 2, activation: "tanh" }),
  { ...of("frozen conv2d", ["input", image], conv(), conv({ trainable: false }), ...head), everywhere: true },
  of("dilation in the first layer", ["input", image], conv({ dilation: 2 }), ...head),
];

/** Kinds that slide kernels, but for conv2d: what each adds to the settings, and whether it takes uneven strides. */
const sliding: readonly (readonly [kind: string, values: Values, uneven: boolean])[] = [
  ["locallyConnected2d", { filters: 2 }, true],
  ["conv2dTranspose", { filters: 2 }, true],
  ["depthwiseConv2d", {}, false],
  ["separableConv2d", { filters: 2 }, false],
];
const slidingCases = sliding.flatMap(([kind, values, uneven]) => [
  ...paddings.flatMap((padding) =>
    first(
      [
        ...slidingSettings,
        ...(uneven
          ? unevenSettings
          : [
              { kernel: 2, multiplier: 2 },
              { kernel: 2, multiplier: 3, stride: 2 },
            ]),
      ].map((it) => amid(kind, { activation: "tanh", ...values, ...it, padding })),
      padding === "same" ? 2 : 0,
    ),
  ),
  amid(kind, { ...values, activation: "leakyRelu" }),
  amid(kind, { ...values, activation: "softmax" }),
  onPixel(kind, { ...values, kernel: 3, activation: "tanh" }),
  of(`${kind} first and frozen`, ["input", image], [kind, { ...values, trainable: false }], conv(), ...head),
]);

// More cells than a graphics card joins in one go.
const manyCells = [
  amid("locallyConnected2d", { filters: 2, kernel: 5, activation: "tanh" }),
  amid("conv2d", { filters: 2, kernel: [5, 4], dilation: 2, activation: "tanh" }),
].map((it) => ({ ...it, everywhere: true }));

const pools = ["maxPool2d", "avgPool2d"].flatMap((kind) => [
  ...first(
    [
      { size: 3, stride: 2, padding: "same" },
      { size: 2 },
      { size: 3, stride: 1, padding: "same" },
      { size: 2, stride: 2, padding: "same" },
      { size: [3, 2], stride: [1, 2], padding: "valid" },
      { size: [2, 3], stride: [3, 2], padding: "same" },
      { size: 1, stride: 2 },
    ].map((values) => amid(kind, values)),
    2,
  ),
  onPixel(kind, { size: 3, padding: "same" }),
]);

const globals = ["globalMaxPool2d", "globalAvgPool2d"].map((kind) => ({
  ...of(kind, ["input", image], conv(), [kind], ["dense", { units: 3, activation: "softmax" }]),
  everywhere: true,
}));

const activated = activations.flatMap((name) => [
  amid("conv2d", { filters: 3, activation: name }),
  of(
    `dense ${name}`,
    ["input", image],
    ["flatten"],
    ["dense", { units: 5, activation: name }],
    ["dense", { units: 3, activation: "linear" }],
  ),
  { ...amid("activation", { function: name }), everywhere: true },
]);

const shapes = [
  ...first([
    amid("upsample2d", { size: [3, 2], interpolation: "bilinear" }),
    amid("upsample2d", { size: 2, interpolation: "bilinear" }),
    amid("upsample2d", { size: [1, 5], interpolation: "bilinear" }),
    onPixel("upsample2d", { size: 4, interpolation: "bilinear" }),
  ]),
  ...first([
    amid("upsample2d", { size: [3, 2] }),
    amid("upsample2d", { size: 2 }),
    onPixel("upsample2d", { size: [1, 4] }),
  ]),
  ...first([amid("zeroPad2d", { amount: [0, 1, 2, 3] }), amid("zeroPad2d", { amount: 0 })]),
  ...first([amid("crop2d", { amount: [1, 0, 2, 1] }), amid("crop2d", { amount: 0 })]),
  ...first([
    of(
      "reshape",
      ["input", image],
      conv(),
      ["reshape", { target: [3, 10, 3] }],
      conv({ kernel: 2 }),
      ...head,
    ),
    amid("reshape", { target: [90] }),
  ]),
  of(
    "reshape of a vector to an image",
    ["input", { shape: [7] }],
    ["dense", { units: 12 }],
    ["reshape", { target: [2, 3, 2] }],
    conv(),
    ...head,
  ),
  of(
    "flatten of a vector",
    ["input", { shape: [7] }],
    ["flatten"],
    ["dense", { units: 3, activation: "linear" }],
  ),
  ...first([amid("rescale", { scale: -1.5, offset: 0.3 }), amidVector("rescale", { scale: 0.5 })]),
  ...first([amid("shufflePixels", { seed: 3 }), amidVector("shufflePixels")]),
];

const regularisers = [
  ...first([amid("dropout", { rate: 0.4 }), amidVector("dropout", { rate: 0.4 })]),
  ...first([amid("spatialDropout2d", { rate: 0.4 })]),
  ...first([amid("gaussianNoise", { deviation: 0.3 }), amidVector("gaussianNoise", { deviation: 0.3 })]),
  ...["batchNorm", "layerNorm"].flatMap((kind) => [
    ...first(
      [
        {},
        { scale: false, center: false },
        { trainable: false },
        { scale: false },
        { center: false },
        { trainable: false, scale: false },
      ].map((values) => amid(kind, values)),
      3,
    ),
    amidVector(kind),
    amidVector(kind, { scale: false, center: false }),
  ]),
  onPixel("batchNorm"),
  onPixel("layerNorm"),
];

/** Two or more inputs along each axis of which one may be repeated. */
const merges = ["add", "average", "multiply", "maximum"].flatMap((kind) => {
  const meeting = (name: string, ...other: readonly Drawn[]): GradientCase =>
    of(
      `${kind} ${name}`,
      ["input", image],
      conv(),
      ...other,
      [kind, {}, ["n1", `n${other.length + 1}`]],
      ...head,
    );
  const pooled = (name: string, size: readonly number[]): GradientCase =>
    meeting(name, ["avgPool2d", { size, stride: 1 }, ["n0"]], conv({ kernel: 1 }));
  return [
    ...first(
      [
        pooled("of one row and many", [5, 1]),
        meeting("of one channel and many", conv({ filters: 1 })),
        pooled("of one column and many", [1, 6]),
        pooled("of one pixel and many", [5, 6]),
        meeting("of two alike", ["conv2d", { filters: 3, activation: "tanh" }, ["n0"]]),
      ],
      2,
    ),
    of(
      `${kind} of three, each repeated along another axis`,
      ["input", image],
      ["avgPool2d", { size: [5, 1], stride: 1 }, ["n0"]],
      conv(),
      ["avgPool2d", { size: [1, 6], stride: 1 }, ["n0"]],
      conv(),
      ["conv2d", { filters: 1, activation: "tanh" }, ["n0"]],
      [kind, {}, ["n2", "n4", "n5"]],
      ...head,
    ),
    of(`${kind} of one layer twice`, ["input", image], conv(), [kind, {}, ["n1", "n1"]], ...head),
    of(
      `${kind} of vectors, one repeated`,
      ["input", { shape: [7] }],
      ["dense", { units: 1, activation: "tanh" }],
      ["dense", { units: 4, activation: "tanh" }, ["n0"]],
      [kind, {}, ["n1", "n2"]],
      ["dense", { units: 3, activation: "softmax" }],
    ),
  ];
});

const others = [
  of("dense", ["input", { shape: [7] }], ["dense", { units: 4, activation: "tanh" }], ...head.slice(1)),
  of(
    "dense without bias",
    ["input", image],
    ["flatten"],
    ["dense", { units: 3, bias: false, activation: "linear" }],
  ),
  {
    ...of(
      "concat",
      ["input", image],
      conv(),
      conv({ filters: 2 }),
      ["concat", {}, ["n1", "n2", "n1"]],
      ...head,
    ),
    everywhere: true,
  },
  of(
    "concat of vectors",
    ["input", { shape: [7] }],
    ["dense", { units: 2, activation: "tanh" }],
    ["dense", { units: 4, activation: "tanh" }],
    ["concat", {}, ["n1", "n2"]],
    ["dense", { units: 3 }],
  ),
  {
    ...of(
      "several inputs",
      ["input", image],
      ["input", image, []],
      conv({}),
      ["conv2d", { filters: 3, activation: "tanh" }, ["n0"]],
      ["multiply", {}, ["n2", "n3"]],
      ["concat", {}, ["n4", "n1"]],
      ...head,
    ),
    everywhere: true,
  },
  of(
    "activation softmax last",
    ["input", image],
    ["flatten"],
    ["dense", { units: 3, activation: "linear" }],
    ["activation", { function: "softmax" }],
  ),
];

export const gradientCases: readonly GradientCase[] = [
  ...convolutions,
  ...slidingCases,
  ...manyCells,
  ...pools,
  ...globals,
  ...activated,
  ...shapes,
  ...regularisers,
  ...merges,
  ...others,
];
