import type { Step } from "../../compile/plan.ts";
import { type Activation, activations, leakySlope } from "../../nodes/activation-functions.ts";
import { isKindName, type KindName } from "../../nodes/index.ts";
import { pairOf, sidesOf, type Value } from "../../nodes/settings.ts";
import { isImage } from "../../nodes/shape.ts";
import { bracketed, type Text } from "../layout.ts";
import { pythonLiteral } from "../python/literal.ts";

/** What a layer becomes in the program. Images are channels-last, as in the app. */
export interface FlaxLayer {
  /** The module that the network keeps under the node's name; layers without one are plain code in `__call__`. */
  readonly module?: Text;
  /** The layer's result: `self` is its module, then expressions for its inputs in slot order. */
  readonly result: (self: string, inputs: readonly string[]) => Text;
}

/** The step as Flax NNX writes it (flax.readthedocs.io, `flax.nnx`); `softmax: false` leaves a softmax to the loss. */
export function flaxLayer(step: Step, softmax: boolean): FlaxLayer {
  const { kind } = step.node;
  if (!isKindName(kind)) throw new Error(`There is no Flax layer for ${kind}.`);
  const layer = layers[kind](step);
  const { activation } = step.values;
  if (!isActivation(activation) || (activation === "softmax" && !softmax)) return layer;
  return { ...layer, result: (self, inputs) => activated(activation, layer.result(self, inputs)) };
}

const isActivation = (name: Value | undefined): name is Activation => activations.some((it) => it === name);

/** The activation of a result. GELU is the exact one, with erf. */
function activated(name: Activation, result: Text): Text {
  const { fn, more = [] } = written[name];
  return fn ? bracketed(`${fn}(`, [result, ...more], ")") : result;
}

interface Written {
  readonly fn?: string;
  readonly more?: readonly string[];
}
const written: Readonly<Record<Activation, Written>> = {
  relu: { fn: "nnx.relu" },
  leakyRelu: { fn: "nnx.leaky_relu", more: [`negative_slope=${leakySlope}`] },
  elu: { fn: "nnx.elu" },
  selu: { fn: "nnx.selu" },
  gelu: { fn: "nnx.gelu", more: ["approximate=False"] },
  sigmoid: { fn: "nnx.sigmoid" },
  tanh: { fn: "nnx.tanh" },
  swish: { fn: "nnx.swish" },
  softplus: { fn: "nnx.softplus" },
  softmax: { fn: "nnx.softmax" },
  linear: {},
};

/** The layer's module applied to its one input. */
const applied = (module: Text, more: readonly string[] = []): FlaxLayer => ({
  module,
  result: (self, [input = ""]) => bracketed(`${self}(`, [input, ...more], ")"),
});

const code = (result: (inputs: readonly string[]) => Text): FlaxLayer => ({
  result: (_, inputs) => result(inputs),
});

const channelsOf = ({ inputs }: Step): string => String(inputs[0]?.at(-1) ?? 1);
const filters = ({ values }: Step): string => String(values.filters);

const layers: Readonly<Record<KindName, (step: Step) => FlaxLayer>> = {
  input: () => code(([input = ""]) => input),

  conv2d: (step) =>
    sliding(step, "nnx.Conv", [channelsOf(step), filters(step)], {
      more: option("kernel_dilation", step.values.dilation, 1),
    }),

  locallyConnected2d: (step) =>
    sliding(step, "LocallyConnected", [channelsOf(step), filters(step)], {
      more: [`positions=(${step.output[0] ?? 1}, ${step.output[1] ?? 1})`],
      init: givenKernel(step) ?? [],
    }),

  depthwiseConv2d(step) {
    const channels = channelsOf(step);
    return sliding(step, "nnx.Conv", [channels, String(step.output.at(-1) ?? 1)], {
      more: [`feature_group_count=${channels}`],
      init: [`kernel_init=glorot_by_channel(${channels})`],
    });
  },

  separableConv2d: (step) =>
    sliding(step, "SeparableConv", [channelsOf(step), filters(step)], {
      more: option("multiplier", step.values.multiplier, 1),
      init: [],
    }),

  conv2dTranspose: (step) =>
    sliding(step, "nnx.ConvTranspose", [channelsOf(step), filters(step)], {
      more: ["transpose_kernel=True"],
    }),

  maxPool2d: (step) => pooling(step, "nnx.max_pool", []),
  avgPool2d: (step) => pooling(step, "nnx.avg_pool", ["count_include_pad=False"]),
  globalMaxPool2d: () => code(([input = ""]) => `${input}.max(axis=(1, 2))`),
  globalAvgPool2d: () => code(([input = ""]) => `${input}.mean(axis=(1, 2))`),
  flatten: () => code(([input = ""]) => `${input}.reshape(len(${input}), -1)`),

  dense: (step) =>
    applied(
      bracketed(
        "nnx.Linear(",
        [channelsOf(step), String(step.values.units), ...biasOption(step.values.bias), ...started],
        ")",
      ),
    ),

  add: () => code((inputs) => inputs.join(" + ")),
  average: () => code((inputs) => `(${inputs.join(" + ")}) / ${inputs.length}`),
  multiply: () => code((inputs) => inputs.join(" * ")),
  maximum: () =>
    code(([first = "", ...others]) =>
      others.reduce<Text>((largest, it) => bracketed("jnp.maximum(", [largest, it], ")"), first),
    ),
  concat: () =>
    code((inputs) => bracketed("jnp.concatenate(", [bracketed("[", inputs, "]"), "axis=-1"], ")")),

  upsample2d({ values: { size, interpolation }, output: [height, width] }) {
    const [down, right] = pair(size);
    const repeated = (axis: number, times = 1): string =>
      times > 1 ? `.repeat(${times}, axis=${axis})` : "";
    if (interpolation !== "bilinear") return code(([it = ""]) => it + repeated(1, down) + repeated(2, right));
    return code(([it = ""]) =>
      bracketed(
        "jax.image.resize(",
        [
          it,
          bracketed("(", [`len(${it})`, String(height), String(width), `${it}.shape[3]`], ")"),
          '"bilinear"',
        ],
        ")",
      ),
    );
  },

  zeroPad2d({ values: { amount } }) {
    const [top, bottom, left, right] = sides(amount);
    const zeros = bracketed("(", ["(0, 0)", `(${top}, ${bottom})`, `(${left}, ${right})`, "(0, 0)"], ")");
    return code(([it = ""]) => bracketed("jnp.pad(", [it, zeros], ")"));
  },

  crop2d({ values: { amount } }) {
    const [top, bottom, left, right] = sides(amount);
    return code(([it = ""]) => `${it}[:, ${slice(top, bottom)}, ${slice(left, right)}]`);
  },

  reshape({ values: { target } }) {
    const sizes = typeof target === "object" ? target : [];
    return code(([it = ""]) => `${it}.reshape(-1, ${sizes.join(", ")})`);
  },

  rescale({ values }) {
    const offset = Number(values.offset);
    const shift = offset === 0 ? "" : offset < 0 ? ` - ${-offset}` : ` + ${offset}`;
    return code(([it = ""]) => `${it} * ${values.scale}${shift}`);
  },

  shufflePixels({ inputs: [shape], values: { seed } }) {
    const [height = 1, width = 1] = shape ?? [];
    return applied(`ShufflePixels(${shape && isImage(shape) ? height * width : height}, seed=${seed})`);
  },

  activation({ values }) {
    const name = values.function;
    if (!isActivation(name)) throw new Error(`There is no activation ${name} in Flax.`);
    return code(([it = ""]) => activated(name, it));
  },

  dropout: ({ values }) => applied(`nnx.Dropout(${values.rate}, rngs=rngs)`),
  spatialDropout2d: ({ values }) => applied(`nnx.Dropout(${values.rate}, broadcast_dims=(1, 2), rngs=rngs)`),
  gaussianNoise: ({ values }) => applied(`GaussianNoise(${values.deviation}, rngs=rngs)`),

  batchNorm: (step) =>
    applied(
      bracketed(
        "nnx.BatchNorm(",
        [channelsOf(step), ...option("momentum", step.values.momentum, 0.99), ...normOptions(step)],
        ")",
      ),
      // Frozen: always with the averages that it has.
      step.values.trainable === false ? ["use_running_average=True"] : [],
    ),

  // The faster variance, mean of squares less square of mean, is blurred by rounding.
  layerNorm: (step) =>
    applied(
      bracketed("nnx.LayerNorm(", [channelsOf(step), "use_fast_variance=False", ...normOptions(step)], ")"),
    ),
};

/** How a layer's weights start, and from which random numbers. */
const started = ["kernel_init=glorot", "rngs=rngs"];

/** A layer with a window over the image. */
function sliding(
  step: Step,
  name: string,
  sizes: readonly string[],
  {
    more,
    init = givenKernel(step) ?? ["kernel_init=glorot"],
  }: { more: readonly string[]; init?: readonly Text[] },
): FlaxLayer {
  const { kernel, stride, padding, bias } = step.values;
  return applied(
    bracketed(
      `${name}(`,
      [
        ...sizes,
        `kernel_size=(${pair(kernel).join(", ")})`,
        ...option("strides", stride, 1),
        ...(padding === "valid" ? ['padding="VALID"'] : []),
        ...more,
        ...biasOption(bias),
        ...init,
        "rngs=rngs",
      ],
      ")",
    ),
  );
}

/** The initialiser of a kernel that is given, in rows. */
function givenKernel({ weights: [kernel] }: Step): readonly Text[] | undefined {
  if (typeof kernel?.initial !== "object") return undefined;
  const { cells, across } = kernel.initial;
  const width = kernel.shape.at(-3) ?? 1;
  const rows = Array.from({ length: cells.length / width }, (_, row) =>
    bracketed("[", cells.slice(row * width, (row + 1) * width).map(String), "]"),
  );
  const items = [bracketed("[", rows, "]"), ...(across === "sum" ? [] : [`across=${pythonLiteral(across)}`])];
  return [bracketed("kernel_init=stencil(", items, ")")];
}

function pooling(step: Step, name: string, averaging: readonly string[]): FlaxLayer {
  const { size, stride, padding } = step.values;
  const window = `(${pair(size).join(", ")})`;
  const same = padding === "same" ? ['padding="SAME"', ...averaging] : [];
  return code(([it = ""]) =>
    bracketed(`${name}(`, [it, window, `strides=(${pair(stride).join(", ")})`, ...same], ")"),
  );
}

const normOptions = ({ values }: Step): readonly string[] => [
  `epsilon=${values.epsilon}`,
  ...(values.scale ? [] : ["use_scale=False"]),
  ...(values.center ? [] : ["use_bias=False"]),
  "rngs=rngs",
];

const pair = (value: Value | undefined): readonly number[] =>
  pairOf(typeof value === "object" || typeof value === "number" ? value : 1);

const sides = (amount: Value | undefined) =>
  sidesOf(typeof amount === "object" || typeof amount === "number" ? amount : 0);

/** An argument by name, `2` or `(2, 1)`; left out where it is what Flax takes anyway. */
function option(name: string, value: Value | undefined, usual: number): readonly string[] {
  const sizes = pair(value);
  if (sizes.every((it) => it === usual)) return [];
  return [`${name}=${typeof value === "number" && name === "momentum" ? value : multiple(name, sizes)}`];
}

const multiple = (name: string, sizes: readonly number[]): string =>
  name === "multiplier" ? String(sizes[0]) : `(${sizes.join(", ")})`;

const biasOption = (bias: Value | undefined): readonly string[] => (bias === false ? ["use_bias=False"] : []);

const slice = (before: number, behind: number): string => `${before || ""}:${behind ? -behind : ""}`;
