import type { GraphNode, Wire } from "../graph/graph.ts";
import { shown, worth } from "../nodes/expression.ts";
import { kinds } from "../nodes/index.ts";
import { isRefusal, type Kind, type Refusal, type Sight, type Sizes, type Weight } from "../nodes/kind.ts";
import { filled } from "../nodes/settings.ts";
import { type Shape, sameShape, volume } from "../nodes/shape.ts";
import type { Step } from "./plan.ts";
import { extentOf, sameView, sizeOf, viewOf } from "./receptive-field.ts";

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

/**
 * The node's step from last time, where neither its wires nor what comes through them have changed since. Where shapes
 * are the same but something upstream sees more or less, the step with its new view.
 */
export function stepAsBefore(
  node: GraphNode,
  wires: readonly Wire[],
  steps: ReadonlyMap<string, Step>,
): Step | undefined {
  const last = remembered.get(node);
  if (!last || last.wires.length !== wires.length) return undefined;
  let seesTheSame = true;
  for (let index = 0; index < wires.length; index++) {
    const wire = wires[index];
    const now = wire && steps.get(wire.from);
    const before = last.sources[index];
    if (!now || !before || wire.slot !== last.wires[index]?.slot) return undefined;
    if (now === before) continue;
    if (now.node.id !== before.node.id || !sameShape(now.output, before.output)) return undefined;
    seesTheSame &&= sameSights(now, before);
  }
  return seesTheSame ? last.step : seenAnew(node, last, wires, steps);
}

const sameSights = (a: Step, b: Step): boolean =>
  sameView(a.view[0], b.view[0]) && sameView(a.view[1], b.view[1]) && sameShape(a.whole, b.whole);

function seenAnew(
  node: GraphNode,
  last: Remembered,
  wires: readonly Wire[],
  steps: ReadonlyMap<string, Step>,
): Step {
  const sources: Step[] = [];
  for (const { from } of wires) {
    const source = steps.get(from);
    if (source) sources.push(source);
  }
  const { kind, values, inputs, output } = last.step;
  const step = { ...last.step, ...sightOf(kind.sight(values, inputs), sources, output) };
  remembered.set(node, { wires, sources, step });
  return step;
}

/** The step of one node over its sources' steps, which come through `wires` in this order. */
export function evaluate(node: GraphNode, wires: readonly Wire[], sources: readonly Step[]): Evaluated {
  const kind: Kind = kinds[node.kind];
  const values = filled(kind.settings, node.values);
  const inputs = sources.map((it) => it.output);
  const sizes = kind.shape(values, inputs);
  if (isRefusal(sizes)) return { refusal: sizes };
  const output = shapeOf(sizes);
  if (volume(output) > largestVolume)
    return { tooLarge: `${kind.title} would give ${shown(volume(output))} values per image` };
  const weights = kind.weights(values, inputs);
  const parameters = countIn(weights);
  if (parameters > largestVolume)
    return { tooLarge: `${kind.title} would have ${shown(parameters)} parameters` };
  const { macs, additions, comparisons } = kind.work(values, inputs, output);
  const step: Step = {
    node,
    kind,
    values,
    sources: sources.map((it) => it.node.id),
    inputs,
    output,
    weights,
    parameters,
    trainable: countIn(weights, "learned"),
    macs: macs ? worth(macs) : 0,
    additions: additions ? worth(additions) : 0,
    comparisons: comparisons ? worth(comparisons) : 0,
    ...sightOf(kind.sight(values, inputs), sources, output),
  };
  remembered.set(node, { wires, sources, step });
  return { step };
}

function sightOf(
  sight: Sight,
  sources: readonly Step[],
  output: Shape,
): Pick<Step, "view" | "receptiveField" | "whole"> {
  const whole = sources[0]?.whole ?? extentOf(output);
  const view = viewOf(sight, sources, output, whole);
  return { view, receptiveField: [sizeOf(view[0]), sizeOf(view[1])], whole };
}

/** The numbers of a shape rule: one axis for a vector, three for an image. */
function shapeOf(sizes: Sizes): Shape {
  const [height = 0, width, channels] = sizes.map((it) => (typeof it === "number" ? it : worth(it)));
  return width === undefined || channels === undefined ? [height] : [height, width, channels];
}

function countIn(weights: readonly Weight[], role?: Weight["role"]): number {
  let count = 0;
  for (const it of weights) if (role === undefined || it.role === role) count += volume(it.shape);
  return count;
}

export interface Complaint {
  readonly name: string;
  readonly complaint: string;
}

/** Settings of a node that are out of range or not of its kind. */
export function settingComplaints(node: GraphNode): readonly Complaint[] {
  const { settings }: Kind = kinds[node.kind];
  const complaints: Complaint[] = [];
  for (const [name, value] of Object.entries(node.values)) {
    const setting = settings[name];
    const complaint = setting ? setting.check(value) : "is not a setting of this layer";
    if (complaint) complaints.push({ name, complaint });
  }
  return complaints;
}
