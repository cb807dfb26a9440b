import { withActivation } from "./activated.ts";
import { activationSetting } from "./activation-functions.ts";
import { defineKind, isRefusal, refuse } from "./kind.ts";
import { flag, pair, pairOf, showPair, whole } from "./settings.ts";
import { volume } from "./shape.ts";
import { paddingSetting, slide, spans } from "./window.ts";

export const conv2d = defineKind({
  name: "conv2d",
  title: "Conv 2D",
  family: "convolve",
  summary:
    "Slides small kernels over the image; the same weights at every position. One feature map per kernel.",
  takes: "image",
  settings: {
    filters: whole(8, "Filters", "Number of kernels, and so of feature maps."),
    kernel: pair(3, "Kernel", "Height and width of each kernel in pixels."),
    stride: pair(1, "Stride", "Pixels from one kernel position to the next."),
    padding: paddingSetting("same"),
    dilation: pair(1, "Dilation", "Distance between the cells of a kernel; 1 is dense."),
    bias: flag(true, "Bias", "One number per feature map, added to every position."),
    activation: activationSetting("relu"),
    trainable: flag(true, "Trainable", "Off keeps the weights as they are during training."),
  },

  shape({ filters, kernel, stride, padding, dilation }, [image]) {
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
    const places = slide(image, { size: kernel, stride, padding, dilation }, "kernel");
    return isRefusal(places) ? places : [...places, filters];
  },

  weights({ filters, kernel, bias, trainable }, [[, , channels]]) {
    const kernels = {
      name: "kernel",
      shape: [...pairOf(kernel), channels, filters],
      learns: trainable,
      initial: "glorotUniform",
    } as const;
    return bias
      ? [kernels, { name: "bias", shape: [filters], learns: trainable, initial: "zeros" }]
      : [kernels];
  },

  // Each of the output's values is one sum over a kernel window and all input channels.
  macs: ({ kernel }, [[, , channels]], output) => volume(output) * volume(pairOf(kernel)) * channels,

  sight: ({ kernel, stride, padding, dilation }) => ({
    window: spans({ size: kernel, stride, padding, dilation }),
    stride: pairOf(stride),
  }),

  notation: ({ filters, kernel, stride, padding, dilation, activation }) =>
    [
      filters,
      showPair(kernel),
      padding,
      ...(showPair(stride) === "1×1" ? [] : [`stride ${showPair(stride)}`]),
      ...(showPair(dilation) === "1×1" ? [] : [`dilation ${showPair(dilation)}`]),
      activation,
    ].join(" · "),

  calls: ({ filters, kernel, stride, padding, dilation, bias, activation, trainable }) =>
    withActivation(activation, {
      tfjs: [
        "conv2d",
        {
          filters,
          kernelSize: pairOf(kernel),
          strides: pairOf(stride),
          padding,
          dilationRate: pairOf(dilation),
          useBias: bias,
          trainable,
        },
      ],
      keras: [
        "Conv2D",
        {
          filters,
          kernel_size: pairOf(kernel),
          ...(showPair(stride) === "1×1" ? {} : { strides: pairOf(stride) }),
          padding,
          ...(showPair(dilation) === "1×1" ? {} : { dilation_rate: pairOf(dilation) }),
          ...(bias ? {} : { use_bias: false }),
          ...(trainable ? {} : { trainable: false }),
        },
      ],
    }),
});
