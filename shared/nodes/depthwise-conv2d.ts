import { withActivation } from "./activated.ts";
import { activationSetting, summingWork } from "./activation-functions.ts";
import { evenStride, kernelSetting, slidingArguments, strideSetting } from "./convolution.ts";
import { type Expression, number, product, sum } from "./expression.ts";
import { defineKind, isRefusal, type Weight } from "./kind.ts";
import { pairOf, whole } from "./settings.ts";
import type { Image, Shape } from "./shape.ts";
import { biasSetting, filterAxes, roleOf, trainableSetting, valuesOf, withBias } from "./weighted.ts";
import { paddingSetting, slide, windowNotation, windowSight } from "./window.ts";

const multiplierSetting = whole(1, "Multiplier", "Kernels for each input channel.", { max: 1024 });

interface Depthwise {
  readonly kernel: number | readonly number[];
  readonly multiplier: number;
}

const depthwiseAxes = ["kernel height", "kernel width", "input channels", "multiplier"] as const;
const mapAxes = ["feature maps"] as const;
const pointwiseAxes = ["1", "1", "depthwise maps", "filters"] as const;

const depthwiseKernel = (
  { kernel, multiplier }: Depthwise,
  channels: number,
  role: Weight["role"],
  name: Weight["name"],
): Weight => {
  const [height, width] = pairOf(kernel);
  const shape = [height, width, channels, multiplier];
  return { name, axes: depthwiseAxes, shape, role, initial: "glorotUniform" };
};

/** Multiply-adds of the depthwise part: each channel by itself, one sum over the window for each kernel. */
const depthwiseMacs = (
  { kernel, multiplier }: Depthwise,
  [, , channels]: Image,
  output: Shape,
): Expression => {
  const [height, width] = pairOf(kernel);
  return product(
    number(output[0], "output height"),
    number(output[1] ?? 1, "output width"),
    number(height, "kernel height"),
    number(width, "kernel width"),
    number(channels, "input channels"),
    number(multiplier, "multiplier"),
  );
};

const times = (multiplier: number): readonly string[] => (multiplier === 1 ? [] : [`×${multiplier}`]);

export const depthwiseConv2d = defineKind({
  name: "depthwiseConv2d",
  title: "Depthwise Conv 2D",
  family: "convolve",
  summary: "Slides kernels of its own over every channel; channels are not mixed.",
  takes: "image",
  settings: {
    kernel: kernelSetting,
    stride: strideSetting,
    padding: paddingSetting("same"),
    multiplier: multiplierSetting,
    bias: biasSetting,
    activation: activationSetting("relu"),
    trainable: trainableSetting,
  },

  shape({ kernel, stride, padding, multiplier }, [image]) {
    const uneven = evenStride(stride, "Depthwise Conv 2D");
    if (uneven) return uneven;
    const places = slide(image, { size: kernel, stride, padding }, "kernel");
    if (isRefusal(places)) return places;
    return [...places, product(number(image[2], "input channels"), number(multiplier, "multiplier"))];
  },

  weights(values, [[, , channels]]) {
    const { bias, trainable, multiplier } = values;
    const role = roleOf(trainable);
    const kernels = [depthwiseKernel(values, channels, role, "kernel")];
    return withBias(kernels, bias, mapAxes, [channels * multiplier], role);
  },

  work: (values, [image], output) =>
    summingWork(depthwiseMacs(values, image, output), values, valuesOf(output)),

  sight: ({ kernel, stride, padding }, [image]) => windowSight({ size: kernel, stride, padding }, image),

  notation: ({ kernel, stride, padding, multiplier, activation }) =>
    [...windowNotation({ size: kernel, stride, padding }), ...times(multiplier), activation].join(" · "),

  calls(values) {
    const { multiplier, activation } = values;
    return withActivation(activation, {
      tfjs: ["depthwiseConv2d", { ...slidingArguments("tfjs", values), depthMultiplier: multiplier }],
      keras: [
        "DepthwiseConv2D",
        {
          ...slidingArguments("keras", values),
          ...(multiplier === 1 ? {} : { depth_multiplier: multiplier }),
        },
      ],
    });
  },
});

export const separableConv2d = defineKind({
  name: "separableConv2d",
  title: "Separable Conv 2D",
  family: "convolve",
  summary:
    "A depthwise convolution and then a 1×1 convolution that mixes the channels: far fewer weights than Conv 2D.",
  takes: "image",
  settings: {
    filters: whole(8, "Filters", "Number of feature maps after mixing."),
    kernel: kernelSetting,
    stride: strideSetting,
    padding: paddingSetting("same"),
    multiplier: multiplierSetting,
    bias: biasSetting,
    activation: activationSetting("relu"),
    trainable: trainableSetting,
  },

  shape({ filters, kernel, stride, padding }, [image]) {
    const uneven = evenStride(stride, "Separable Conv 2D");
    if (uneven) return uneven;
    const places = slide(image, { size: kernel, stride, padding }, "kernel");
    return isRefusal(places) ? places : [...places, number(filters, "filters")];
  },

  weights(values, [[, , channels]]) {
    const { filters, bias, trainable, multiplier } = values;
    const role = roleOf(trainable);
    const shape = [1, 1, channels * multiplier, filters];
    const kernels = [
      depthwiseKernel(values, channels, role, "depthwise_kernel"),
      { name: "pointwise_kernel", axes: pointwiseAxes, shape, role, initial: "glorotUniform" },
    ] as const;
    return withBias(kernels, bias, filterAxes, [filters], role);
  },

  work(values, [image], output) {
    const mixing = product(valuesOf(output), number(image[2] * values.multiplier, "depthwise maps"));
    return summingWork(sum(depthwiseMacs(values, image, output), mixing), values, valuesOf(output));
  },

  sight: ({ kernel, stride, padding }, [image]) => windowSight({ size: kernel, stride, padding }, image),

  notation: ({ filters, kernel, stride, padding, multiplier, activation }) =>
    [filters, ...windowNotation({ size: kernel, stride, padding }), ...times(multiplier), activation].join(
      " · ",
    ),

  calls(values) {
    const { filters, multiplier, activation } = values;
    return withActivation(activation, {
      tfjs: [
        "separableConv2d",
        { filters, ...slidingArguments("tfjs", values), depthMultiplier: multiplier },
      ],
      keras: [
        "SeparableConv2D",
        {
          filters,
          ...slidingArguments("keras", values),
          ...(multiplier === 1 ? {} : { depth_multiplier: multiplier }),
        },
      ],
    });
  },
});
