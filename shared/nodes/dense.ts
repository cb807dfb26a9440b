import { withActivation } from "./activated.ts";
import { activationSetting } from "./activation-functions.ts";
import { defineKind } from "./kind.ts";
import { flag, whole } from "./settings.ts";

export const dense = defineKind({
  name: "dense",
  title: "Dense",
  family: "connect",
  summary: "Fully connected: every unit sums all inputs, each with a weight of its own.",
  takes: "vector",
  settings: {
    units: whole(64, "Units", "Number of neurons, and so of output values."),
    bias: flag(true, "Bias", "One number per unit, added to its sum."),
    activation: activationSetting("relu"),
    trainable: flag(true, "Trainable", "Off keeps the weights as they are during training."),
  },
  shape: ({ units }) => [units],
  weights({ units, bias, trainable }, [[inputs]]) {
    const kernel = {
      name: "kernel",
      shape: [inputs, units],
      learns: trainable,
      initial: "glorotUniform",
    } as const;
    return bias ? [kernel, { name: "bias", shape: [units], learns: trainable, initial: "zeros" }] : [kernel];
  },
  macs: ({ units }, [[inputs]]) => inputs * units,
  sight: () => "everything",
  notation: ({ units, activation }) => `${units} · ${activation}`,
  calls: ({ units, bias, activation, trainable }) =>
    withActivation(activation, {
      tfjs: ["dense", { units, useBias: bias, trainable }],
      keras: [
        "Dense",
        { units, ...(bias ? {} : { use_bias: false }), ...(trainable ? {} : { trainable: false }) },
      ],
    }),
});
