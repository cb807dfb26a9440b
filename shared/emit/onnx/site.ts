import type { Plan, Step } from "../../compile/plan.ts";
import type { Weights } from "../../compile/weights.ts";
import type { WeightName } from "../../nodes/kind.ts";
import { isImage, show } from "../../nodes/shape.ts";
import { counted } from "../figures.ts";
import { type Attributes, constant, type Numbers, operation } from "./messages.ts";
import type { Fields } from "./protobuf.ts";

/** Where an image's channels stand: [N, C, H, W], as ONNX wants it, or [N, H, W, C], as the design has it. */
export type Layout = "first" | "last";

/** Where one layer is put together. Names of what it makes begin with its id. */
export interface Site {
  readonly step: Step;
  /** The layers that take what this one gives. */
  followers(): readonly Step[];
  /** What feeds a slot. An image is turned where it lies the other way; a vector lies one way only. */
  source(layout: Layout, slot?: number): string;
  /** The name for what the layer gives. */
  result(layout: Layout): string;
  /** A name for something on the way there. */
  part(name: string): string;
  /** Adds an operator; answers the name of its output. */
  add(operator: string, inputs: readonly string[], output: string, attributes?: Attributes): string;
  /** Adds an array under the layer's id; answers its name. */
  array(name: string, shape: readonly number[], values: Numbers): string;
  /** A stored array of the layer in Keras' axis order; undefined where the layer has none of that name. */
  stored(name: WeightName): Stored | undefined;
}

export interface Stored {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** The operators and arrays of all layers. */
export interface Sheet {
  siteOf(step: Step): Site;
  /** The name of what a step gives, in the design's own layout. */
  given(step: Step): string;
  contents(): Fields;
}

/** `entrance` is the step whose images or vectors are the model's input. */
export function createSheet(plan: Plan, weights: Weights, entrance: Step): Sheet {
  const pieces: Fields[] = [];
  const steps = new Map(plan.steps.map((it) => [it.node.id, it]));
  const made = new Set([entrance.node.id]);
  const told = new Set<Step>();

  /** The id stands for what the design's reader expects: channels last at both ends of the model, first within. */
  const nameOf = ({ node: { id }, kind, output }: Step, layout: Layout): string => {
    const atEnd = kind.family === "input" || id === plan.output?.node.id;
    if (!isImage(output) || (layout === "last") === atEnd) return id;
    return layout === "last" ? `${id}.nhwc` : `${id}.nchw`;
  };

  const addTo = (
    step: Step,
    operator: string,
    inputs: readonly string[],
    output: string,
    attributes: Attributes = {},
  ): string => {
    const words = told.has(step) ? undefined : wordsOf(step);
    told.add(step);
    pieces.push(operation({ operator, inputs, output, attributes, words }));
    made.add(output);
    return output;
  };

  const turned = (step: Step, layout: Layout): string => {
    const name = nameOf(step, layout);
    if (made.has(name)) return name;
    const other = nameOf(step, layout === "last" ? "first" : "last");
    return addTo(step, "Transpose", [other], name, {
      perm: layout === "last" ? [0, 2, 3, 1] : [0, 3, 1, 2],
    });
  };

  return {
    siteOf: (step) => ({
      step,
      followers: () => plan.steps.filter((it) => it.sources.includes(step.node.id)),
      source: (layout, slot = 0) => {
        const source = steps.get(step.sources[slot] ?? "");
        if (!source) throw new Error(`Nothing feeds slot ${slot} of ${step.node.id}.`);
        return turned(source, layout);
      },
      result: (layout) => nameOf(step, layout),
      part: (name) => `${step.node.id}.${name}`,
      add: (...its) => addTo(step, ...its),
      array: (name, shape, values) => {
        const whole = `${step.node.id}/${name}`;
        pieces.push(constant(whole, shape, values));
        return whole;
      },
      stored: (name) => {
        const index = step.weights.findIndex((it) => it.name === name);
        const values = weights[step.node.id]?.[index];
        const shape = step.weights[index]?.shape;
        return shape && values && { shape, values };
      },
    }),
    given: (step) => turned(step, "last"),
    contents: () => pieces.flat(),
  };
}

/** `Conv 2D 8 · 5×5 · same · relu: 28×28×1 → 28×28×8, 208 parameters`. */
function wordsOf({ kind, values, inputs, output, parameters }: Step): string {
  const notation = kind.notation(values);
  const shapes = [inputs.map(show).join(" and "), show(output)].filter((it) => it !== "").join(" → ");
  return `${[kind.title, notation].filter((it) => it !== "").join(" ")}: ${shapes}, ${counted(parameters, "parameter")}`;
}
