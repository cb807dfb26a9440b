import { call, defineKind, type Weight } from "./kind.ts";
import { flag, real } from "./settings.ts";

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
    epsilon: real(0.001, "Epsilon", "Added to the variance before dividing.", {
      min: 1e-7,
      max: 1,
      step: 0.001,
    }),
    trainable: flag(true, "Trainable", "Off freezes scale, shift and the moving statistics."),
  },
  shape: (_, [shape]) => shape,
  weights({ trainable }, [shape]) {
    const channels = shape.at(-1) ?? 1;
    const weight = (name: Weight["name"], learns: boolean, initial: Weight["initial"]): Weight => ({
      name,
      shape: [channels],
      learns,
      initial,
    });
    return [
      weight("gamma", trainable, "ones"),
      weight("beta", trainable, "zeros"),
      weight("moving_mean", false, "zeros"),
      weight("moving_variance", false, "ones"),
    ];
  },
  calls: ({ momentum, epsilon, trainable }) => ({
    tfjs: [call("batchNormalization", { momentum, epsilon, trainable })],
    keras: [call("BatchNormalization", { momentum, epsilon, ...(trainable ? {} : { trainable: false }) })],
  }),
});
