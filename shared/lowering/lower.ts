import type { Step } from "../compile/plan.ts";
import { shown } from "../nodes/expression.ts";
import { type Call, call } from "../nodes/kind.ts";
import { show } from "../nodes/shape.ts";
import { locallyConnected } from "./locally-connected.ts";
import type { Lower, Lowering } from "./lowering.ts";
import { shufflePixels } from "./shuffle-pixels.ts";
import { upsampling } from "./upsampling.ts";

/** By the call of ours that tfjs has no layer for, or a wrong one. */
const lowerings: Readonly<Record<string, Lower>> = {
  locallyConnected2d: locallyConnected,
  shufflePixels,
  upSampling2d: upsampling,
};

/** A file's largest table: 64 MiB. */
const mostNumbers = 2 ** 24;

/** The step's calls as the design has them, save one that tfjs refuses although its result is clear. */
export function callsOf(step: Step): readonly Call[] {
  const calls = step.kind.calls(step.values, step.inputs).tfjs;
  const [first] = step.inputs;
  // tfjs's flatten wants an image; of a vector it leaves everything as it is.
  return calls.map((it) =>
    it.fn === "flatten" && first?.length === 1 ? call("reshape", { targetShape: [...first] }) : it,
  );
}

/** How the step stands in a file where tfjs's own layers would not do; a leaky ReLU may follow. */
export function loweringOf(step: Step): Lowering | undefined {
  const [own, ...behind] = callsOf(step);
  const [input] = step.inputs;
  const lowering = own && input && lowerings[own.fn]?.(own, input, step.output);
  const { output } = step;
  return (
    lowering && { ...lowering, layers: [...lowering.layers, ...behind.map((it) => ({ call: it, output }))] }
  );
}

/**
 * Why a file of this sort cannot hold the step, in a sentence; undefined when it can. `owner` is who has no such layer,
 * `others` the formats that have.
 */
export function lowerRefusal(
  { node, kind, inputs, output }: Step,
  lowering: Lowering | undefined,
  { owner, others }: { readonly owner: string; readonly others: string },
): string | undefined {
  const { numbers = 0 } = lowering ?? {};
  if (numbers <= mostNumbers) return undefined;
  const sizes = `${show(inputs[0] ?? [])} → ${show(output)}`;
  return `The layer ${node.id} (${kind.title}, ${sizes}) is too large for a ${owner} file: ${owner} has no such layer, and the table in its place would hold ${shown(numbers)} numbers; ${shown(mostNumbers)} are the most. Make its input smaller, or export ${others} instead.`;
}

/**
 * Names of the layers that a node becomes: the last carries the node's id and those before it `id.layer`, e.g.
 * `conv_1.conv2d` before a leaky ReLU `conv_1`; ids hold no dot, so the names cannot collide.
 */
export const layerNames = (id: string, calls: readonly Call[]): readonly string[] =>
  calls.map(({ fn }, index) => {
    if (index === calls.length - 1) return id;
    return calls.findIndex((it) => it.fn === fn) === index ? `${id}.${fn}` : `${id}.${fn}${index}`;
  });
