import { type Call, call } from "../nodes/kind.ts";

/** tfjs's separable layer does not write its multiplier down; its two halves do, and hold the same arrays. */
export function separated(it: Call): readonly Call[] {
  const {
    depthMultiplier,
    filters = 1,
    useBias = true,
    activation = "linear",
    trainable = true,
    ...its
  } = it.args;
  if (it.fn !== "separableConv2d" || depthMultiplier === 1) return [it];
  return [
    call("depthwiseConv2d", { ...its, depthMultiplier: depthMultiplier ?? 1, useBias: false, trainable }),
    call("conv2d", { filters, kernelSize: 1, useBias, activation, trainable }),
  ];
}
