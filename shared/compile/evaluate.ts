import type { GraphNode, Wire } from "../graph/graph.ts";
import { kinds } from "../nodes/index.ts";
import { isRefusal, type Kind, type Refusal, type Weight } from "../nodes/kind.ts";
import { filled, type Values } from "../nodes/settings.ts";
import { type Shape, sameShape, volume } from "../nodes/shape.ts";
import type { Step } from "./plan.ts";

/** Largest number of values in one array: indices are 32-bit in every backend and file format. */
export const largestVolume = 2 ** 31 - 1;

/** What a node becomes when its inputs are known and of the right rank. */
export type Evaluated =
  | { readonly step: Step }
  | { readonly refusal: Refusal }
  | { readonly tooLarge: string };

interface Remembered {
  readonly wires: readonly Wire[];
  readonly sources: readonly Step[];
  readonly step: Step;
}
// Edits keep the objects of untouched nodes, so after an edit only what it changes downstream is worked out again.
const remembered = new WeakMap<GraphNode, Remembered>();

/** The node's step from last time, where neither its wires nor what comes through them have changed since. */
export function stepAsBefore(
  node: GraphNode,
  wires: readonly Wire[],
  steps: ReadonlyMap<string, Step>,
): Step | undefined {
  const last = remembered.get(node);
  if (!last || last.wires.length !== wires.length) return undefined;
  for (const [index, before] of last.sources.entries()) {
    const wire = wires[index];
    const now = wire && steps.get(wire.from);
    if (!now || wire.slot !== last.wires[index]?.slot || !givesTheSame(now, before)) return undefined;
  }
  return last.step;
}

/** Whether two steps are one to whatever comes behind them. */
const givesTheSame = (a: Step, b: Step): boolean =>
  a === b ||
  (a.node.id === b.node.id &&
    sameShape(a.output, b.output) &&
    sameShape(a.receptiveField, b.receptiveField) &&
    sameShape(a.jump, b.jump) &&
    sameShape(a.whole, b.whole));

/** The step of one node over its sources' steps, which come through `wires` in this order. */
export function evaluate(node: GraphNode, wires: readonly Wire[], sources: readonly Step[]): Evaluated {
  const { settings } = kinds[node.kind];
  const result = workOut(node, kinds[node.kind], filled(settings, node.values), sources);
  if ("step" in result) remembered.set(node, { wires, sources, step: result.step });
  return result;
}

function workOut(node: GraphNode, kind: Kind, values: Values, sources: readonly Step[]): Evaluated {
  const inputs = sources.map((it) => it.output);
  const output = kind.shape(values, inputs);
  if (isRefusal(output)) return { refusal: output };
  if (volume(output) > largestVolume)
    return { tooLarge: `${kind.title} would give ${volume(output)} values per image` };
  const weights = kind.weights(values, inputs);
  const parameters = countIn(weights);
  if (parameters > largestVolume) return { tooLarge: `${kind.title} would have ${parameters} parameters` };
  return {
    step: {
      node,
      kind,
      values,
      sources: sources.map((it) => it.node.id),
      inputs,
      output,
      weights,
      parameters,
      trainable: countIn(weights.filter((it) => it.learns)),
      macs: kind.macs(values, inputs, output),
      ...reach(kind, values, inputs, output, sources),
    },
  };
}

const countIn = (weights: readonly Weight[]): number =>
  weights.reduce((sum, it) => sum + volume(it.shape), 0);

/**
 * Receptive field and jump: field + (window − 1) · jump, jump · stride (Araujo, Norris & Sim 2019, equations 1 and 2);
 * at a merge the larger of its inputs.
 */
function reach(
  kind: Kind,
  values: Values,
  inputs: readonly Shape[],
  output: Shape,
  sources: readonly Step[],
): Pick<Step, "receptiveField" | "jump" | "whole"> {
  const [first] = sources;
  if (!first)
    return {
      receptiveField: [1, 1],
      jump: [1, 1],
      whole: output.length === 3 ? [output[0], output[1]] : [1, output[0]],
    };
  const widest = (of: (step: Step) => readonly [number, number]): [number, number] => [
    Math.max(...sources.map((it) => of(it)[0])),
    Math.max(...sources.map((it) => of(it)[1])),
  ];
  const field = widest((it) => it.receptiveField);
  const jump = widest((it) => it.jump);
  const sight = kind.sight(values, inputs);
  if (sight === "same position") return { receptiveField: field, jump, whole: first.whole };
  // Whoever sees everything sees no more of it further on: a window behind it adds nothing.
  if (sight === "everything") return { receptiveField: first.whole, jump: [0, 0], whole: first.whole };
  return {
    receptiveField: [field[0] + (sight.window[0] - 1) * jump[0], field[1] + (sight.window[1] - 1) * jump[1]],
    jump: [jump[0] * sight.stride[0], jump[1] * sight.stride[1]],
    whole: first.whole,
  };
}

export interface Complaint {
  readonly name: string;
  readonly complaint: string;
}

/** Settings of a node that are out of range or not of its kind. */
export function settingComplaints(node: GraphNode): readonly Complaint[] {
  const { settings }: Kind = kinds[node.kind];
  return Object.entries(node.values).flatMap(([name, value]) => {
    const setting = settings[name];
    const complaint = setting ? setting.check(value) : "is not a setting of this layer";
    return complaint ? [{ name, complaint }] : [];
  });
}
