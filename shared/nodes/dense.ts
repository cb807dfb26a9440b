import { withActivation } from "./activated.ts";
import { activationSetting, summingWork } from "./activation-functions.ts";
import { number, product } from "./expression.ts";
import { defineKind } from "./kind.ts";
import { whole } from "./settings.ts";
import { biasSetting, roleOf, trainableSetting, withBias } from "./weighted.ts";

const axes = ["inputs", "units"] as const;
const unitAxes = ["units"] as const;

export const dense = defineKind({
  name: "dense",
  title: "Dense",
  family: "connect",
  summary: "Fully connected: every unit sums all inputs, each with a weight of its own.",
  takes: "vector",
  settings: {
    units: whole(64, "Units", "Number of neurons, and so of output values."),
    bias: { ...biasSetting, hint: "One number per unit, added to its sum." },
    activation: activationSetting("relu"),
    trainable: trainableSetting,
  },
  shape: ({ units }) => [number(units, "units")],
  weights({ units, bias, trainable }, [[inputs]]) {
    const role = roleOf(trainable);
    const kernel = { name: "kernel", axes, shape: [inputs, units], role, initial: "glorotUniform" } as const;
    return withBias([kernel], bias, unitAxes, [units], role);
  },
  work(values, [[inputs]]) {
    const units = number(values.units, "units");
    return summingWork(product(number(inputs, "inputs"), units), values, units);
  },
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
