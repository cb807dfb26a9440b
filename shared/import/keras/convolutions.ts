import { activated } from "./activation.ts";
import type { Settings } from "./fields.ts";
import { gap, type Translate } from "./part.ts";

const windowed = (settings: Settings) => ({
  kernel: settings.pair("kernel_size", 1),
  stride: settings.pair("strides", 1),
  padding: settings.text("padding", "valid"),
});

const learned = (settings: Settings) => ({
  bias: settings.flag("use_bias", true),
  trainable: settings.flag("trainable", true),
});

const isOne = ([height, width]: readonly [number, number]): boolean => height === 1 && width === 1;

/** The multiplier of a depthwise kernel. tfjs's separable layer does not write it down. */
const multiplierOf = (settings: Settings, kernel: readonly number[] | undefined): number =>
  settings.has("depth_multiplier") ? settings.number("depth_multiplier", 1) : (kernel?.[3] ?? 1);

const undilated = (settings: Settings): string | undefined => {
  const dilation = settings.pair("dilation_rate", 1);
  return isOne(dilation) ? undefined : `It is dilated by ${dilation.join("×")}; here only Conv 2D can be.`;
};

export const convolutions: Readonly<Record<string, Translate>> = {
  Conv2D({ settings, shapes: [shape] }) {
    const filters = settings.number("filters", 0);
    const groups = settings.number("groups", 1);
    const values = { ...windowed(settings), ...learned(settings) };
    const dilation = settings.pair("dilation_rate", 1);
    if (groups === 1)
      return activated(settings, { kind: "conv2d", values: { filters, ...values, dilation } });
    // A group for each channel is a depthwise convolution, with the numbers in the same order.
    if (groups !== shape?.[2] || filters % groups || !isOne(dilation))
      return gap(
        `It works on ${groups} groups of channels; here a convolution works on all of them or on each alone.`,
      );
    return activated(settings, {
      kind: "depthwiseConv2d",
      values: { ...values, multiplier: filters / groups },
      reshaped: true,
    });
  },

  Conv2DTranspose({ settings }) {
    const wrong = undilated(settings);
    if (wrong) return gap(wrong);
    if (settings.has("output_padding"))
      return gap(
        `Its output_padding is ${settings.pair("output_padding", 0).join("×")}; here the size follows from stride and padding alone.`,
      );
    const filters = settings.number("filters", 0);
    return activated(settings, {
      kind: "conv2dTranspose",
      values: { filters, ...windowed(settings), ...learned(settings) },
    });
  },

  DepthwiseConv2D({ settings, arrayShape }) {
    const wrong = undilated(settings);
    if (wrong) return gap(wrong);
    const multiplier = multiplierOf(settings, arrayShape("depthwise_kernel"));
    return activated(settings, {
      kind: "depthwiseConv2d",
      values: { ...windowed(settings), ...learned(settings), multiplier },
      names: { kernel: ["depthwise_kernel"] },
    });
  },

  SeparableConv2D({ settings, arrayShape }) {
    const wrong = undilated(settings);
    if (wrong) return gap(wrong);
    const multiplier = multiplierOf(settings, arrayShape("depthwise_kernel"));
    const filters = settings.number("filters", 0);
    return activated(settings, {
      kind: "separableConv2d",
      values: { filters, ...windowed(settings), ...learned(settings), multiplier },
    });
  },

  // Of Keras 2. Its kernels are one list of places and one of cells, in our order.
  LocallyConnected2D({ settings }) {
    const implementation = settings.number("implementation", 1);
    if (implementation !== 1)
      return gap(`Its weights are laid out by implementation ${implementation}; only 1 can be read.`);
    const filters = settings.number("filters", 0);
    return activated(settings, {
      kind: "locallyConnected2d",
      values: { filters, ...windowed(settings), ...learned(settings) },
      reshaped: true,
    });
  },

  Dense({ settings, shapes: [shape], lacksChannels }) {
    if (lacksChannels) return gap("It works along rows without channels, which there are none of here.");
    const units = settings.number("units", 0);
    const values = learned(settings);
    if (shape?.length !== 3) return activated(settings, { kind: "dense", values: { units, ...values } });
    // Keras' dense layer works along the last axis: on an image, pixel by pixel.
    return activated(settings, {
      kind: "conv2d",
      values: { filters: units, kernel: 1, padding: "valid", ...values },
      reshaped: true,
    });
  },
};
