import { withActivation } from "./activated.ts";
import { activationSetting, summingWork } from "./activation-functions.ts";
import { kernelSetting, slidingArguments, strideSetting } from "./convolution.ts";
import { type Expression, largest, minus, number, product, sum } from "./expression.ts";
import { defineKind } from "./kind.ts";
import { pairOf, whole } from "./settings.ts";
import { biasSetting, filterAxes, roleOf, trainableSetting, valuesOf, withBias } from "./weighted.ts";
import { type Padding, paddingSetting, windowNotation } from "./window.ts";

/**
 * Rows or columns of the result: n · s with same padding, n · s + max(k − s, 0) with valid, as in Keras
 * (`Conv2DTranspose`; Dumoulin & Visin 2016, relationship 14, with the output padding that Keras chooses).
 */
function grown(length: number, kernel: number, stride: number, padding: Padding, axis: string): Expression {
  const step = number(stride, "stride");
  const spread = product(number(length, `input ${axis}`), step);
  if (padding === "same") return spread;
  return sum(spread, largest(minus(number(kernel, `kernel ${axis}`), step), number(0, "0")));
}

/** Keras keeps the kernel of the convolution that this one runs backwards. */
const paintedAxes = ["kernel height", "kernel width", "filters", "input channels"] as const;

export const conv2dTranspose = defineKind({
  name: "conv2dTranspose",
  title: "Conv 2D Transpose",
  family: "convolve",
  summary:
    "A convolution run backwards: every pixel paints a kernel into a larger image. Stride 2 doubles the size.",
  takes: "image",
  settings: {
    filters: whole(8, "Filters", "Number of feature maps."),
    kernel: kernelSetting,
    stride: { ...strideSetting, hint: "How far apart neighbouring pixels paint their kernels." },
    padding: paddingSetting("same"),
    bias: biasSetting,
    activation: activationSetting("relu"),
    trainable: trainableSetting,
  },

  shape({ filters, kernel, stride, padding }, [[height, width]]) {
    const [rows, columns] = pairOf(kernel);
    const [down, right] = pairOf(stride);
    return [
      grown(height, rows, down, padding, "height"),
      grown(width, columns, right, padding, "width"),
      number(filters, "filters"),
    ];
  },

  weights({ filters, kernel, bias, trainable }, [[, , channels]]) {
    const [height, width] = pairOf(kernel);
    const role = roleOf(trainable);
    const shape = [height, width, filters, channels];
    const kernels = [{ name: "kernel", axes: paintedAxes, shape, role, initial: "glorotUniform" }] as const;
    return withBias(kernels, bias, filterAxes, [filters], role);
  },

  // Every input value is multiplied by all cells of all kernels, also where same padding cuts the result off.
  work(values, [image], output) {
    const [height, width] = pairOf(values.kernel);
    const macs = product(
      valuesOf(image, "input"),
      number(height, "kernel height"),
      number(width, "kernel width"),
      number(values.filters, "filters"),
    );
    return summingWork(macs, values, valuesOf(output));
  },

  sight({ kernel, stride, padding }) {
    const [rows, columns] = pairOf(kernel);
    const [down, right] = pairOf(stride);
    // Same padding cuts off what valid would give more, the odd row behind.
    const cut = (size: number, step: number): number =>
      padding === "same" ? Math.floor(Math.max(size - step, 0) / 2) : 0;
    return {
      window: [rows, columns],
      stride: [1, 1],
      before: [rows - 1 - cut(rows, down), columns - 1 - cut(columns, right)],
      zoom: [down, right],
    };
  },

  notation: ({ filters, kernel, stride, padding, activation }) =>
    [filters, ...windowNotation({ size: kernel, stride, padding }), activation].join(" · "),

  calls(values) {
    const { filters, activation } = values;
    return withActivation(activation, {
      tfjs: ["conv2dTranspose", { filters, ...slidingArguments("tfjs", values) }],
      keras: ["Conv2DTranspose", { filters, ...slidingArguments("keras", values) }],
    });
  },
});
