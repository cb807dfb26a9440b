import type { Step } from "../../compile/plan.ts";
import { isKindName, type KindName } from "../../nodes/index.ts";
import { pairOf, sidesOf, type Value } from "../../nodes/settings.ts";
import { isImage } from "../../nodes/shape.ts";
import { bracketed, followedBy, type Text } from "../layout.ts";
import { activated, activationModule, isActivation } from "./activations.ts";
import { isEven, padded, zerosOf } from "./padding.ts";

/** What a layer becomes in the program. Images are channels-first. */
export interface TorchLayer {
  /** The module that the network keeps under the node's name; layers without one are plain code in `forward`. */
  readonly module?: Text;
  /** The layer's result: `self` is its module, `self.conv_1`; then expressions for its inputs in slot order. */
  readonly result: (self: string, inputs: readonly string[]) => Text;
  /** What follows the module's assignment: `.requires_grad_(False)`, `.bias = None`. */
  readonly after?: readonly string[];
  /** What a reader will wonder about, said where it first happens. */
  readonly remark?: Remark;
}
export type Remark = keyof typeof remarks;

export const remarks = {
  zeros: "An odd number of zeros: the last one goes behind, as in TensorFlow.",
  order: "Pixel by pixel, its channels side by side: the order that the weights are in.",
  lastAxis: "Over the channels of each pixel, which PyTorch wants to be last.",
} as const;

/** The step as PyTorch writes it; `softmax: false` leaves a softmax to the loss. */
export function torchLayer(step: Step, softmax: boolean): TorchLayer {
  const { kind } = step.node;
  if (!isKindName(kind)) throw new Error(`There is no PyTorch layer for ${kind}.`);
  const layer = layers[kind](step);
  const { activation } = step.values;
  if (typeof activation !== "string" || !isActivation(activation)) return layer;
  if (activation === "softmax" && !softmax) return layer;
  return { ...layer, result: (self, inputs) => activated(activation, layer.result(self, inputs)) };
}

/** The layer's module applied to its one input. */
const applied = (module: Text): TorchLayer => ({
  module,
  result: (self, [input = ""]) => bracketed(`${self}(`, [input], ")"),
});

const code = (result: (inputs: readonly string[]) => Text): TorchLayer => ({
  result: (_, inputs) => result(inputs),
});

const channelsOf = ({ inputs }: Step): number => inputs[0]?.at(-1) ?? 1;

/** Where the values lie as PyTorch has them, and back. */
const channelsLast = "permute(0, 2, 3, 1)";
const channelsFirst = "permute(0, 3, 1, 2)";

const layers: Readonly<Record<KindName, (step: Step) => TorchLayer>> = {
  input: () => code(([input = ""]) => input),

  conv2d: (step) => {
    const dilation = option("dilation", step.values.dilation, 1);
    return sliding(step, "nn.Conv2d", [String(channelsOf(step)), filters(step)], dilation);
  },

  locallyConnected2d(step) {
    const [rows = 1, columns = 1] = step.output;
    const sizes = [String(channelsOf(step)), filters(step), `positions=(${rows}, ${columns})`];
    return sliding(step, "LocallyConnected2d", sizes, [], "pairs");
  },

  depthwiseConv2d(step) {
    const channels = channelsOf(step);
    const maps = [String(channels), String(step.output.at(-1) ?? 1)];
    return sliding(step, "nn.Conv2d", maps, option("groups", channels, 1));
  },

  separableConv2d: (step) =>
    sliding(
      step,
      "SeparableConv2d",
      [String(channelsOf(step)), filters(step)],
      option("multiplier", step.values.multiplier, 1),
    ),

  conv2dTranspose(step) {
    const { values } = step;
    const [kernel, stride] = [pair(values.kernel), pair(values.stride)];
    const excess = kernel.map((it, axis) => Math.max(it - (stride[axis] ?? 1), 0));
    const isSame = values.padding === "same";
    const module = bracketed(
      "nn.ConvTranspose2d(",
      [
        String(channelsOf(step)),
        filters(step),
        `kernel_size=${short(kernel)}`,
        ...option("stride", stride, 1),
        ...option("padding", isSame ? excess.map((it) => Math.floor(it / 2)) : 0, 0),
        ...option(
          "output_padding",
          kernel.map((it, axis) => Math.max((stride[axis] ?? 1) - it, 0)),
          0,
        ),
        ...biasOption(values.bias),
      ],
      ")",
    );
    // PyTorch cuts alike on both sides; where the excess is odd, one row more goes behind.
    const odd = excess.map((it) => isSame && it % 2 === 1);
    const cut = odd.includes(true) ? `[:, :, ${odd[0] ? ":-1" : ":"}${odd[1] ? ", :-1" : ""}]` : "";
    const layer = { ...applied(module), after: frozen(step) };
    return { ...layer, result: (self, inputs) => followedBy(layer.result(self, inputs), cut) };
  },

  maxPool2d: (step) => pooling(step, "nn.MaxPool2d", []),
  avgPool2d: (step) => pooling(step, "nn.AvgPool2d", ["count_include_pad=False"]),
  globalMaxPool2d: () => code(([input = ""]) => `${input}.amax(dim=(2, 3))`),
  globalAvgPool2d: () => code(([input = ""]) => `${input}.mean(dim=(2, 3))`),

  flatten({ inputs: [shape] }) {
    const isFlat = !shape || !isImage(shape);
    const order = isFlat ? "" : `.${channelsLast}`;
    const layer = applied("nn.Flatten()");
    return {
      ...layer,
      result: (self, [input = ""]) => layer.result(self, [input + order]),
      ...(isFlat ? {} : { remark: "order" }),
    };
  },

  dense: (step) => ({
    ...applied(
      bracketed(
        "nn.Linear(",
        [String(channelsOf(step)), String(step.values.units), ...biasOption(step.values.bias)],
        ")",
      ),
    ),
    after: frozen(step),
  }),

  add: () => code((inputs) => inputs.join(" + ")),
  average: () => code((inputs) => `(${inputs.join(" + ")}) / ${inputs.length}`),
  multiply: () => code((inputs) => inputs.join(" * ")),
  maximum: () =>
    code(([first = "", ...others]) =>
      others.reduce<Text>((largest, it) => bracketed("torch.maximum(", [largest, it], ")"), first),
    ),
  concat: () => code((inputs) => bracketed("torch.cat(", [bracketed("[", inputs, "]"), "dim=1"], ")")),

  upsample2d: ({ values: { size, interpolation } }) =>
    applied(
      bracketed(
        "nn.Upsample(",
        [
          `scale_factor=${short(pair(size))}`,
          ...(interpolation === "bilinear" ? ['mode="bilinear"', "align_corners=False"] : []),
        ],
        ")",
      ),
    ),

  zeroPad2d({ values: { amount } }) {
    const [top, bottom, left, right] = sides(amount);
    const even = new Set([top, bottom, left, right]).size === 1;
    return applied(`nn.ZeroPad2d(${even ? top : `(${left}, ${right}, ${top}, ${bottom})`})`);
  },

  crop2d({ values: { amount } }) {
    const [top, bottom, left, right] = sides(amount);
    return code(([input = ""]) => `${input}[:, :, ${slice(top, bottom)}, ${slice(left, right)}]`);
  },

  reshape({ values: { target }, inputs: [shape] }) {
    const sizes = typeof target === "object" ? target : [];
    const turned = shape && isImage(shape) ? `.${channelsLast}` : "";
    const back = sizes.length === 3 ? `.${channelsFirst}` : "";
    const order = turned || back ? { remark: "order" as const } : {};
    return { ...code(([it = ""]) => `${it}${turned}.reshape(-1, ${sizes.join(", ")})${back}`), ...order };
  },

  rescale({ values }) {
    const offset = Number(values.offset);
    const shift = offset === 0 ? "" : offset < 0 ? ` - ${-offset}` : ` + ${offset}`;
    return code(([input = ""]) => `${input} * ${values.scale}${shift}`);
  },

  shufflePixels({ inputs: [shape], values: { seed } }) {
    const [height = 1, width = 1] = shape ?? [];
    return applied(`ShufflePixels(${shape && isImage(shape) ? height * width : height}, seed=${seed})`);
  },

  activation({ values }) {
    const name = String(values.function);
    if (!isActivation(name)) throw new Error(`There is no activation ${name} in PyTorch.`);
    return applied(activationModule(name));
  },

  dropout: ({ values }) => applied(`nn.Dropout(${values.rate})`),
  spatialDropout2d: ({ values }) => applied(`nn.Dropout2d(${values.rate})`),
  gaussianNoise: ({ values }) => applied(`GaussianNoise(${values.deviation})`),

  batchNorm(step) {
    const { values, output } = step;
    const momentum = Number((1 - Number(values.momentum)).toPrecision(12));
    const sizes = [String(channelsOf(step)), `eps=${values.epsilon}`, `momentum=${momentum}`];
    const name = isImage(output) ? "nn.BatchNorm2d(" : "nn.BatchNorm1d(";
    return normalising(step, name, [...sizes, ...(hasNone(step) ? ["affine=False"] : [])]);
  },

  layerNorm(step) {
    const sizes = [String(channelsOf(step)), `eps=${step.values.epsilon}`];
    const plain = hasNone(step) ? ["elementwise_affine=False"] : [];
    const layer = normalising(step, "nn.LayerNorm(", [...sizes, ...plain]);
    if (!isImage(step.output)) return layer;
    return {
      ...layer,
      remark: "lastAxis",
      result: (self, [input = ""]) =>
        followedBy(layer.result(self, [`${input}.${channelsLast}`]), `.${channelsFirst}`),
    };
  },
};

/** A layer with a window over the image, zeros around it as its padding asks for. */
function sliding(
  step: Step,
  name: string,
  sizes: readonly string[],
  more: readonly string[],
  written: "short" | "pairs" = "short",
): TorchLayer {
  const { kernel, stride, bias } = step.values;
  const zeros = zerosOf(step);
  const inside = zeros.map(([before, behind]) => (before === behind ? before : 0));
  const module = bracketed(
    `${name}(`,
    [
      ...sizes,
      `kernel_size=${written === "pairs" ? `(${pair(kernel).join(", ")})` : short(pair(kernel))}`,
      ...option("stride", stride, 1),
      ...(isEven(zeros) ? option("padding", inside, 0) : []),
      ...more,
      ...biasOption(bias),
    ],
    ")",
  );
  const layer = { ...applied(module), after: frozen(step) };
  if (isEven(zeros)) return layer;
  return {
    ...layer,
    remark: "zeros",
    result: (self, [input = ""]) => bracketed(`${self}(`, [padded(input, zeros)], ")"),
  };
}

/**
 * A pool with TensorFlow's same padding, which may be one longer behind. PyTorch pads both sides alike, but `ceil_mode`
 * adds the window that reaches out behind; where windows move by one pixel, the longer padding on both sides gives
 * one window too many, the first.
 */
function pooling(step: Step, name: string, averaging: readonly string[]): TorchLayer {
  const { size, stride } = step.values;
  const zeros = zerosOf(step);
  const strides = pair(stride);
  const odd = zeros.map(([before, behind]) => before !== behind);
  const shifted = odd.map((it, axis) => it && strides[axis] === 1);
  const around = zeros.map(([before, behind], axis) => (shifted[axis] ? behind : before));
  const reaches = odd.some((it, axis) => it && !shifted[axis]);
  const isPadded = zeros.flat().some((it) => it > 0);
  const layer = applied(
    bracketed(
      `${name}(`,
      [
        short(pair(size)),
        ...(short(strides) === short(pair(size)) ? [] : [`stride=${short(strides)}`]),
        ...option("padding", around, 0),
        ...(reaches ? ["ceil_mode=True"] : []),
        ...(isPadded ? averaging : []),
      ],
      ")",
    ),
  );
  if (!shifted.includes(true)) return layer;
  const rest = `[:, :, ${shifted[0] ? "1:" : ":"}${shifted[1] ? ", 1:" : ""}]`;
  return { ...layer, result: (self, inputs) => followedBy(layer.result(self, inputs), rest) };
}

const hasNone = ({ values }: Step): boolean => !values.scale && !values.center;

function normalising(step: Step, name: string, args: readonly string[]): TorchLayer {
  const { scale, center } = step.values;
  const without = hasNone(step) ? [] : [...(scale ? [] : ["weight"]), ...(center ? [] : ["bias"])];
  return {
    ...applied(bracketed(name, args, ")")),
    after: [...without.map((it) => `.${it} = None`), ...frozen(step)],
  };
}

const frozen = ({ values }: Step): readonly string[] =>
  values.trainable === false ? [".requires_grad_(False)"] : [];

const filters = ({ values }: Step): string => String(values.filters);

const pair = (value: Value | undefined): readonly number[] =>
  pairOf(typeof value === "object" || typeof value === "number" ? value : 1);

const sides = (amount: Value | undefined) =>
  sidesOf(typeof amount === "object" || typeof amount === "number" ? amount : 0);

/** `3`, or `(3, 1)`. */
const short = (sizes: readonly number[]): string =>
  sizes.every((it) => it === sizes[0]) ? String(sizes[0]) : `(${sizes.join(", ")})`;

/** An argument by name, left out where it is what PyTorch takes anyway. */
const option = (name: string, value: Value | undefined, usual: number): readonly string[] => {
  const written = short(pair(value));
  return written === String(usual) ? [] : [`${name}=${written}`];
};

const biasOption = (bias: Value | undefined): readonly string[] => (bias === false ? ["bias=False"] : []);

const slice = (before: number, behind: number): string => `${before || ""}:${behind ? -behind : ""}`;
