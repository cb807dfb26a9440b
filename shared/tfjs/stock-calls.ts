import type { Step } from "../compile/plan.ts";
import { callsOf, loweringOf } from "../lowering/lower.ts";
import { separated } from "../lowering/separable.ts";
import type { Call } from "../nodes/kind.ts";

/** The step in tfjs's own layers. */
export const stockCalls = (step: Step): readonly Call[] =>
  loweringOf(step)?.layers.map((it) => it.call) ?? callsOf(step).flatMap(separated).map(started);

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
