import { type Image, isImage, isVector } from "../../nodes/shape.ts";
import type { Plan, Step } from "../plan.ts";
import type { Layer } from "./layers.ts";
import type { NoSite } from "./site.ts";

/** A design cut up for its twin: what is kept in front, what is replaced, what is kept behind. */
export interface Parts {
  readonly image: Image;
  /** The input and what only prepares its pixels: rescaling, noise, shuffling. */
  readonly head: readonly Layer[];
  /** The layers behind the last image, as far as they are one chain. */
  readonly tail: readonly Layer[];
  /** The last dense layer and what follows it: where the classes come out. */
  readonly end: readonly Layer[];
  /** Whether anything between looks through windows with weights. */
  readonly convolves: boolean;
}

/** The parts of a design that tells classes apart, or why it has none. */
export function partsOf(plan: Plan): Parts | NoSite {
  const { output } = plan;
  if (!plan.ready || !output) return { refused: "The design has problems: mend them first." };
  const input = plan.steps.find((it) => it.kind.family === "input");
  if (!input || !isImage(input.output))
    return { refused: "The design takes a vector: only on images can layers be connected locally." };
  if (!isVector(output.output))
    return { refused: "The design gives an image: a twin needs a vector of classes at the end." };
  const stepOf = (id: string | undefined) => plan.steps.find((it) => it.node.id === id);
  const tail: Step[] = [];
  let at: Step | undefined = output;
  while (at?.sources.length === 1 && at.inputs.every(isVector)) {
    tail.unshift(at);
    at = stepOf(at.sources[0]);
  }
  const lastDense = tail.findLastIndex((it) => it.node.kind === "dense");
  return {
    image: input.output,
    head: headOf(plan, input).map(layerOf),
    tail: tail.map(layerOf),
    end:
      lastDense === -1
        ? [["dense", { units: output.output[0], activation: "softmax" }], ...tail.map(layerOf)]
        : tail.slice(lastDense).map(layerOf),
    convolves: plan.steps.some((it) => it.parameters > 0 && looksThroughWindow(it)),
  };
}

function headOf(plan: Plan, input: Step): readonly Step[] {
  const head = [input];
  for (;;) {
    const last = head.at(-1);
    const [next, ...others] = plan.steps.filter((it) => last && it.sources.includes(last.node.id));
    const isPreparing =
      next?.sources.length === 1 &&
      isImage(next.output) &&
      next.parameters === 0 &&
      (next.kind.family === "shape" || next.kind.family === "regularise") &&
      !looksThroughWindow(next);
    if (!next || others.length || !isPreparing) return head;
    head.push(next);
  }
}

const looksThroughWindow = ({ kind, values, inputs }: Step): boolean =>
  typeof kind.sight(values, inputs) !== "string";

const layerOf = ({ node }: Step): Layer => [node.kind, node.values];
