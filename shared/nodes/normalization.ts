import { minus, number, product, sum } from "./expression.ts";
import { call, defineKind, type Weight, type WeightName } from "./kind.ts";
import { flag, real } from "./settings.ts";
import { isImage, type Shape, volume } from "./shape.ts";
import { channelAxes, roleOf, valuesOf } from "./weighted.ts";

const epsilonSetting = real(0.001, "Epsilon", "Added to the variance before dividing.", {
  min: 1e-7,
  max: 1,
  step: 0.001,
});
const scaleSetting = flag(true, "Scale", "A learned factor (gamma) per channel after normalising.");
const centerSetting = flag(true, "Center", "A learned shift (beta) per channel after normalising.");

interface Learned {
  readonly scale: boolean;
  readonly center: boolean;
  readonly trainable: boolean;
}

const channelsOf = (shape: Shape): number => shape.at(-1) ?? 1;

/** Gamma and beta, where the layer has them: one number per channel. */
function scaleAndShift({ scale, center, trainable }: Learned, shape: Shape): readonly Weight[] {
  const one = (name: WeightName, initial: "ones" | "zeros") =>
    ({ name, axes: channelAxes, shape: [channelsOf(shape)], role: roleOf(trainable), initial }) as const;
  return [...(scale ? [one("gamma", "ones")] : []), ...(center ? [one("beta", "zeros")] : [])];
}

const words = ({ scale, center }: Learned): string =>
  [...(scale ? [] : ["no scale"]), ...(center ? [] : ["no center"])].join(" · ");

const kerasArguments = ({ scale, center, trainable }: Learned) => ({
  ...(scale ? {} : { scale: false }),
  ...(center ? {} : { center: false }),
  ...(trainable ? {} : { trainable: false }),
});

/** Ioffe & Szegedy 2015; running averages as in Keras: average · momentum + batch · (1 − momentum). */
export const batchNorm = defineKind({
  name: "batchNorm",
  title: "Batch Norm",
  family: "regularise",
  summary:
    "Brings each channel to mean 0 and variance 1 over the batch, then scales and shifts it by learned numbers.",
  takes: "any",
  settings: {
    momentum: real(0.99, "Momentum", "How slowly the moving mean and variance follow the batches.", {
      min: 0,
      max: 0.9999,
    }),
    epsilon: epsilonSetting,
    scale: scaleSetting,
    center: centerSetting,
    trainable: flag(true, "Trainable", "Off freezes scale, shift and the moving statistics."),
  },
  shape: (_, [shape]) => shape,
  weights(values, [shape]) {
    const state = (name: WeightName, initial: "zeros" | "ones") =>
      ({ name, axes: channelAxes, shape: [channelsOf(shape)], role: "state", initial }) as const;
    return [...scaleAndShift(values, shape), state("moving_mean", "zeros"), state("moving_variance", "ones")];
  },
  // With the moving averages: minus the mean, then plus beta.
  work: ({ center }, _, output) => ({
    additions: center ? product(number(2, "2"), valuesOf(output)) : valuesOf(output),
  }),
  notation: words,
  calls: (values) => {
    const { momentum, epsilon, scale, center, trainable } = values;
    return {
      tfjs: [call("batchNormalization", { momentum, epsilon, scale, center, trainable })],
      keras: [call("BatchNormalization", { momentum, epsilon, ...kerasArguments(values) })],
    };
  },
});

/** Ba, Kiros & Hinton 2016, over the last axis as in Keras: each pixel's channels, or all values of a vector. */
export const layerNorm = defineKind({
  name: "layerNorm",
  title: "Layer Norm",
  family: "regularise",
  summary:
    "Brings the channels of every pixel, or the values of a vector, to mean 0 and variance 1, then scales and shifts them by learned numbers.",
  takes: "any",
  settings: {
    epsilon: epsilonSetting,
    scale: scaleSetting,
    center: centerSetting,
    trainable: flag(true, "Trainable", "Off keeps scale and shift as they are during training."),
  },
  shape: (_, [shape]) => shape,
  weights: (values, [shape]) => scaleAndShift(values, shape),
  // Per pixel: n − 1 for the mean, n to subtract it, n − 1 for the variance, and n to add beta.
  work({ center }, _, output) {
    const channels = number(channelsOf(output), "channels");
    const pixels = number(volume(output) / channelsOf(output), "pixels");
    const joints = minus(channels, number(1, "1"));
    const shifts = product(number(center ? 2 : 1, center ? "2" : "1"), channels);
    return { additions: product(pixels, sum(product(number(2, "2"), joints), shifts)) };
  },
  // The channels of one pixel, so no other position; but all of a vector.
  sight: (_, [shape]) => (isImage(shape) ? "same position" : "everything"),
  notation: words,
  calls: (values) => {
    const { epsilon, scale, center, trainable } = values;
    return {
      tfjs: [call("layerNormalization", { epsilon, scale, center, trainable })],
      keras: [call("LayerNormalization", { epsilon, ...kerasArguments(values) })],
    };
  },
});
