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
import { number, product, worth } from "./expression.ts";
import { defineKind, isRefusal } from "./kind.ts";
import { pairOf, whole } from "./settings.ts";
import { biasOf, biasSetting, roleOf, trainableSetting, valuesOf, weight } from "./weighted.ts";
import { paddingSetting, slide, windowNotation, windowSight } from "./window.ts";

/** Keras dropped its LocallyConnected2D with version 3 and knew only valid padding; the weights are as they were there. */
export const locallyConnected2d = defineKind({
  name: "locallyConnected2d",
  title: "Locally Connected 2D",
  family: "convolve",
  summary:
    "Looks through small windows like a convolution, but with weights and biases of its own at every position.",
  takes: "image",
  settings: {
    filters: whole(8, "Filters", "Number of kernels at each position, and so of feature maps."),
    kernel: kernelSetting,
    stride: strideSetting,
    padding: paddingSetting("same"),
    bias: { ...biasSetting, hint: "One number for each feature map at each position." },
    activation: activationSetting("relu"),
    weights: weightsSetting,
    across: acrossSetting,
    trainable: trainableSetting,
  },

  shape(values, [image]) {
    const { filters, kernel, stride, padding } = values;
    const clash = stencilRefusal(values, image[2]);
    if (clash) return clash;
    const places = slide(image, { size: kernel, stride, padding }, "kernel");
    return isRefusal(places) ? places : [...places, number(filters, "filters")];
  },

  weights(values, [image]) {
    const { filters, kernel, stride, padding, bias, trainable } = values;
    const [height, width] = pairOf(kernel);
    const places = slide(image, { size: kernel, stride, padding }, "kernel");
    const [rows, columns] = isRefusal(places) ? [0, 0] : places.map(worth);
    const positions = [
      [rows ?? 0, "output height"],
      [columns ?? 0, "output width"],
    ] as const;
    const role = roleOf(trainable);
    return [
      weight(
        "kernel",
        [
          ...positions,
          [height, "kernel height"],
          [width, "kernel width"],
          [image[2], "input channels"],
          [filters, "filters"],
        ],
        role,
        stencilOf(values) ?? "glorotUniform",
      ),
      ...biasOf(bias, [...positions, [filters, "filters"]], role),
    ];
  },

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

  sight: ({ kernel, stride, padding }, [image]) => windowSight({ size: kernel, stride, padding }, image),

  notation: ({ filters, kernel, stride, padding, activation, weights }) =>
    [
      filters,
      ...windowNotation({ size: kernel, stride, padding }),
      ...stencilNotation(weights),
      activation,
    ].join(" · "),

  calls(values) {
    const { filters, activation } = values;
    return withActivation(activation, {
      tfjs: ["locallyConnected2d", { filters, ...slidingArguments("tfjs", values) }],
      keras: [
        "LocallyConnected2D",
        { filters, ...slidingArguments("keras", values), ...stencilArgument(values) },
      ],
    });
  },
});
