import type { Step } from "../compile/plan.ts";
import { callsOf, loweringOf } from "../lowering/lower.ts";
import { type Call, call } from "../nodes/kind.ts";

/** The step in tfjs's own layers. */
export const stockCalls = (step: Step): readonly Call[] =>
  loweringOf(step)?.layers.map((it) => it.call) ?? callsOf(step).flatMap(written).map(started);

/** tfjs's separable layer does not write its multiplier down; its two halves do, and hold the same arrays. */
function written(it: Call): readonly Call[] {
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

/** With what the weights started from; tfjs would write down its own defaults. */
function started(it: Call): Call {
  const initialisers = startsOf[it.fn];
  return initialisers ? { ...it, args: { ...it.args, ...initialisers } } : it;
}

const startsOf: Readonly<Record<string, Call["args"]>> = {
  conv2d: { kernelInitializer: "glorotUniform" },
  conv2dTranspose: { kernelInitializer: "glorotUniform" },
  dense: { kernelInitializer: "glorotUniform" },
  depthwiseConv2d: { depthwiseInitializer: "glorotUniform" },
  separableConv2d: { depthwiseInitializer: "glorotUniform", pointwiseInitializer: "glorotUniform" },
};
