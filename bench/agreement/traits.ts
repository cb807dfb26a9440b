import type { Step } from "../../shared/compile/plan.ts";
import { activations } from "../../shared/nodes/activation-functions.ts";
import { presetKernels } from "../../shared/nodes/preset-kernels.ts";
import { pairOf, type Value } from "../../shared/nodes/settings.ts";
import { isVector, sameShape } from "../../shared/nodes/shape.ts";

/** What the drawn designs must contain besides every kind, since frameworks differ in it. */
export const traits: Readonly<Record<string, (step: Step, steps: readonly Step[]) => boolean>> = {
  "vector as input": ({ kind, output }) => kind.family === "input" && isVector(output),
  "several inputs": (step, steps) =>
    step.kind.family === "input" && steps.some((it) => it !== step && it.kind.family === "input"),
  "same padding with a stride": ({ values }) => values.padding === "same" && most(values.stride) > 1,
  "valid padding with a stride": ({ values }) => values.padding === "valid" && most(values.stride) > 1,
  "unequal strides": ({ values }) => uneven(values.stride),
  "window smaller than its stride": ({ values }) =>
    most(values.stride) > most(values.kernel ?? values.size ?? 99),
  "transposed, kernel smaller than stride": ({ node, values }) =>
    node.kind === "conv2dTranspose" && most(values.stride) > most(values.kernel),
  "average pool over padding": ({ node, values }) => node.kind === "avgPool2d" && values.padding === "same",
  dilation: ({ values }) => most(values.dilation) > 1,
  "several kernels per channel": ({ values }) => Number(values.multiplier ?? 1) > 1,
  "merge that repeats an axis": ({ node, inputs, output }) =>
    node.kind !== "concat" && inputs.length > 1 && inputs.some((it) => !sameShape(it, output)),
  "merge of two that both repeat": ({ node, inputs, output }) =>
    node.kind !== "concat" && inputs.length > 1 && inputs.every((it) => !sameShape(it, output)),
  "merge of three": ({ inputs }) => inputs.length > 2,
  "merge of a node with itself": ({ sources }) => new Set(sources).size < sources.length,
  "typed kernel": ({ values }) => Array.isArray(values.weights),
  "given kernel per channel": ({ values }) =>
    values.across === "channel" && "weights" in values && values.weights !== "learned",
  "frozen layer": ({ values }) => values.trainable === false,
  "frozen batch norm": ({ node, values }) => node.kind === "batchNorm" && values.trainable === false,
  "norm without scale": ({ values }) => values.scale === false,
  "norm without center": ({ values }) => values.center === false,
  "norm without both": ({ values }) => values.scale === false && values.center === false,
  "norm of a vector": ({ node, output }) =>
    (node.kind === "layerNorm" || node.kind === "batchNorm") && isVector(output),
  "bilinear upsampling": ({ values }) => values.interpolation === "bilinear",
  "unequal upsampling": ({ node, values }) => node.kind === "upsample2d" && uneven(values.size),
  "sides that differ": ({ values }) => Array.isArray(values.amount) && new Set(values.amount).size > 2,
  ...Object.fromEntries(
    activations.map((name) => [
      `activation ${name}`,
      ({ values }: Step) => values.activation === name || values.function === name,
    ]),
  ),
  ...Object.fromEntries(
    presetKernels.map((name) => [`${name} kernel`, ({ values }: Step) => values.weights === name]),
  ),
};

const pair = (value: Value | undefined): readonly [number, number] =>
  typeof value === "number" || Array.isArray(value) ? pairOf(value) : [1, 1];
const most = (value: Value | undefined): number => Math.max(...pair(value));
const uneven = (value: Value | undefined): boolean => pair(value)[0] !== pair(value)[1];
