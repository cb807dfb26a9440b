import { withActivation } from "./activated.ts";
import { activationSetting, summingWork } from "./activation-functions.ts";
import {
  acrossSetting,
  kernelSetting,
  slidingArguments,
  stencilArgument,
  stencilNotation,
  stencilOf,
  stencilRefusal,
  strideSetting,
  weightsSetting,
} from "./convolution.ts";
import { number, product } from "./expression.ts";
import { defineKind, isRefusal, refuse } from "./kind.ts";
import { pair, pairOf, showPair, whole } from "./settings.ts";
import {
  biasSetting,
  filterAxes,
  kernelAxes,
  roleOf,
  trainableSetting,
  valuesOf,
  withBias,
} from "./weighted.ts";
import { paddingSetting, slide, windowNotation, windowSight } from "./window.ts";

export const conv2d = defineKind({
  name: "conv2d",
  title: "Conv 2D",
  family: "convolve",
  summary:
    "Slides small kernels over the image; the same weights at every position. One feature map per kernel.",
  takes: "image",
  settings: {
    filters: whole(8, "Filters", "Number of kernels, and so of feature maps."),
    kernel: kernelSetting,
    stride: strideSetting,
    padding: paddingSetting("same"),
    dilation: pair(1, "Dilation", "Distance between the cells of a kernel; 1 is dense."),
    bias: biasSetting,
    activation: activationSetting("relu"),
    weights: weightsSetting,
    across: acrossSetting,
    trainable: trainableSetting,
  },

  shape(values, [image]) {
    const { filters, kernel, stride, padding, dilation } = values;
    // Keras refuses the combination too: no framework agrees with another on what it would mean.
    if (pairOf(stride).some((it) => it > 1) && pairOf(dilation).some((it) => it > 1))
      return refuse(
        "settings-clash",
        `Stride ${showPair(stride)} and dilation ${showPair(dilation)} exclude each other: one of them must be 1.`,
        [
          { title: "Set dilation to 1", set: { dilation: 1 } },
          { title: "Set stride to 1", set: { stride: 1 } },
        ],
      );
    const clash = stencilRefusal(values, image[2]);
    if (clash) return clash;
    const places = slide(image, { size: kernel, stride, padding, dilation }, "kernel");
    return isRefusal(places) ? places : [...places, number(filters, "filters")];
  },

  weights(values, [[, , channels]]) {
    const { filters, kernel, bias, trainable } = values;
    const [height, width] = pairOf(kernel);
    const role = roleOf(trainable);
    const initial = stencilOf(values) ?? "glorotUniform";
    const shape = [height, width, channels, filters];
    return withBias(
      [{ name: "kernel", axes: kernelAxes, shape, role, initial }],
      bias,
      filterAxes,
      [filters],
      role,
    );
  },

  // Each of the output's values is one sum over a kernel window and all input channels.
  work(values, [[, , channels]], output) {
    const [height, width] = pairOf(values.kernel);
    const all = valuesOf(output);
    const macs = product(
      all,
      number(height, "kernel height"),
      number(width, "kernel width"),
      number(channels, "input channels"),
    );
    return summingWork(macs, values, all);
  },

  sight: ({ kernel, stride, padding, dilation }, [image]) =>
    windowSight({ size: kernel, stride, padding, dilation }, image),

  notation: ({ filters, kernel, stride, padding, dilation, activation, weights }) =>
    [
      filters,
      ...windowNotation({ size: kernel, stride, padding, dilation }),
      ...stencilNotation(weights),
      activation,
    ].join(" · "),

  calls(values) {
    const { filters, dilation, activation } = values;
    return withActivation(activation, {
      tfjs: ["conv2d", { filters, ...slidingArguments("tfjs", values), dilationRate: pairOf(dilation) }],
      keras: [
        "Conv2D",
        {
          filters,
          ...slidingArguments("keras", values),
          ...(showPair(dilation) === "1×1" ? {} : { dilation_rate: pairOf(dilation) }),
          ...stencilArgument(values),
        },
      ],
    });
  },
});
