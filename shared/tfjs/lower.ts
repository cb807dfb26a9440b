import type { Step } from "../compile/plan.ts";
import { shown } from "../nodes/expression.ts";
import { type Call, call } from "../nodes/kind.ts";
import { show } from "../nodes/shape.ts";
import { callsOf } from "./build.ts";
import { locallyConnected } from "./lowering/locally-connected.ts";
import type { Lower, Lowering } from "./lowering/lowering.ts";
import { shufflePixels } from "./lowering/shuffle-pixels.ts";
import { upsampling } from "./lowering/upsampling.ts";

/** By the call of ours that tfjs has no layer for, or a wrong one. */
const lowerings: Readonly<Record<string, Lower>> = {
  locallyConnected2d: locallyConnected,
  shufflePixels,
  upSampling2d: upsampling,
};

/** A file's largest table: 64 MiB. */
const mostNumbers = 2 ** 24;

/** How the step stands in a file where tfjs's own layers would not do; a leaky ReLU may follow. */
export function loweringOf(step: Step): Lowering | undefined {
  const [own, ...behind] = callsOf(step);
  const [input] = step.inputs;
  const lowering = own && input && lowerings[own.fn]?.(own, input, step.output);
  return lowering && { ...lowering, calls: [...lowering.calls, ...behind] };
}

/** The step in tfjs's own layers. */
export const stockCalls = (step: Step): readonly Call[] =>
  loweringOf(step)?.calls ?? callsOf(step).flatMap(written).map(started);

/** Why a file cannot hold the step, in a sentence; undefined when it can. */
export function lowerRefusal(step: Step): string | undefined {
  const { numbers = 0 } = loweringOf(step) ?? {};
  if (numbers <= mostNumbers) return undefined;
  const sizes = `${show(step.inputs[0] ?? [])} → ${show(step.output)}`;
  return `The layer ${step.node.id} (${step.kind.title}, ${sizes}) is too large for a tfjs file: tfjs has no such layer, and the table in its place would hold ${shown(numbers)} numbers; ${shown(mostNumbers)} are the most. Make its input smaller, or export a Keras program instead.`;
}

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
