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

const positions = ["output height", "output width"] as const;
const ownKernelAxes = [...positions, ...kernelAxes] as const;
const ownBiasAxes = [...positions, ...filterAxes] as const;

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
    const [rows = 0, columns = 0] = isRefusal(places) ? [] : places.map(worth);
    const role = roleOf(trainable);
    const initial = stencilOf(values) ?? "glorotUniform";
    const shape = [rows, columns, height, width, image[2], filters];
    const kernels = [{ name: "kernel", axes: ownKernelAxes, shape, role, initial }] as const;
    return withBias(kernels, bias, ownBiasAxes, [rows, columns, filters], role);
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
