import type { GraphNode, Wire } from "../graph/graph.ts";
import { worth } from "../nodes/expression.ts";
import { kinds } from "../nodes/index.ts";
import { isRefusal, type Kind, type Refusal, type Sizes, type Weight } from "../nodes/kind.ts";
import { filled, type Values } from "../nodes/settings.ts";
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
    sameView(a.view[0], b.view[0]) &&
    sameView(a.view[1], b.view[1]) &&
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
  const sizes = kind.shape(values, inputs);
  if (isRefusal(sizes)) return { refusal: sizes };
  const output = shapeOf(sizes);
  if (volume(output) > largestVolume)
    return { tooLarge: `${kind.title} would give ${volume(output)} values per image` };
  const weights = kind.weights(values, inputs);
  const parameters = countIn(weights);
  if (parameters > largestVolume) return { tooLarge: `${kind.title} would have ${parameters} parameters` };
  const { macs, additions, comparisons } = kind.work(values, inputs, output);
  const whole = sources[0]?.whole ?? extentOf(output);
  const view = viewOf(kind.sight(values, inputs), sources, output, whole);
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
      trainable: countIn(weights.filter((it) => it.role === "learned")),
      macs: macs ? worth(macs) : 0,
      additions: additions ? worth(additions) : 0,
      comparisons: comparisons ? worth(comparisons) : 0,
      view,
      receptiveField: [sizeOf(view[0]), sizeOf(view[1])],
      whole,
    },
  };
}

/** The numbers of a shape rule: one axis for a vector, three for an image. */
function shapeOf(sizes: Sizes): Shape {
  const [height = 0, width, channels] = sizes.map((it) => (typeof it === "number" ? it : worth(it)));
  return width === undefined || channels === undefined ? [height] : [height, width, channels];
}

const countIn = (weights: readonly Weight[]): number =>
  weights.reduce((sum, it) => sum + volume(it.shape), 0);

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
