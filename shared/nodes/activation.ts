import { activationSetting, activationWork, kerasActivation, leakySlope } from "./activation-functions.ts";
import { call, defineKind } from "./kind.ts";
import { isImage } from "./shape.ts";
import { valuesOf } from "./weighted.ts";

export const activation = defineKind({
  name: "activation",
  title: "Activation",
  family: "regularise",
  summary: "Applies a function to every value.",
  takes: "any",
  settings: { function: activationSetting("relu") },
  shape: (_, [shape]) => shape,
  work: ({ function: name }, _, output) => activationWork(name, valuesOf(output)),
  // A softmax divides by the sum over a pixel's channels, or over a whole vector.
  sight: ({ function: name }, [shape]) =>
    name === "softmax" && !isImage(shape) ? "everything" : "same position",
  notation: ({ function: name }) => name,
  calls: ({ function: name }) => ({
    tfjs: [
      name === "leakyRelu"
        ? call("leakyReLU", { alpha: leakySlope })
        : call("activation", { activation: name }),
    ],
    keras: [call("Activation", { activation: kerasActivation(name) })],
  }),
});
