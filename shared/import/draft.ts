import { compile } from "../compile/compile.ts";
import { evaluate } from "../compile/evaluate.ts";
import type { Step } from "../compile/plan.ts";
import { type Weights, weightsFit } from "../compile/weights.ts";
import { arrange } from "../graph/arrange.ts";
import type { GraphNode, Wire } from "../graph/graph.ts";
import { limits } from "../graph/limits.ts";
import { refuse } from "../graph/reading.ts";
import { type Changes, stored } from "../graph/values.ts";
import { type KindName, kinds } from "../nodes/index.ts";
import type { Kind, Weight } from "../nodes/kind.ts";
import { isImage, isVector, type Shape, sameShape, show, volume } from "../nodes/shape.ts";
import type { Entry, Imported } from "./imported.ts";
import { designName, idsFromNames } from "./names.ts";

/** What a node gives, for the layers behind it. */
export interface Output {
  readonly node: string;
  /** For one example; undefined on a node that stands behind a gap, so that nothing is known of its input. */
  readonly shape: Shape | undefined;
}

/** An array of the file, in our axis order (`Weight` in shared/nodes/kind.ts). */
export interface GivenArray {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export type FindArrays = (wanted: readonly Weight[]) => readonly GivenArray[] | undefined;

/** One node to place, and the layer of the file that it stands for. */
export interface Layer {
  /** As the report shows it: `conv2d_1 (Conv2D)`. */
  readonly source: string;
  /** Its name in the file; the node's id is made of it. */
  readonly name: string;
  readonly kind: KindName;
  /** Settings by name; defaults may be given, the node keeps only what differs. */
  readonly values?: Changes | undefined;
  /** What feeds it, by slot; undefined where a gap is. */
  readonly inputs: readonly (Output | undefined)[];
  /**
   * In the order of the kind's weights, or what finds them once it is known which the layer needs. Undefined where the
   * file has none.
   */
  readonly arrays?: readonly GivenArray[] | FindArrays | undefined;
  /** What the node does differently from the layer, in one sentence. Left out where it computes the same. */
  readonly differs?: string | undefined;
}

/** A design that grows node by node while a file is read. */
export interface Draft {
  /**
   * Adds a node with its wires, and its entry to the report. Undefined where our kind refuses these settings or inputs:
   * then the entry says why, and a gap stays. Refuses the whole file (`refuse` of shared/graph/reading.ts) where arrays
   * do not have the shapes that the layer needs.
   */
  place(layer: Layer): Output | undefined;
  /** A layer without a counterpart: nothing is placed. `words` says why, in one sentence. */
  leaveGap(source: string, words: string): undefined;
  /** An entry for what became part of another layer's node, or vanished because it does nothing. */
  note(entry: Entry): void;
  /** The step of a node, undefined behind a gap: what it gives and which weights it has. */
  stepOf(id: string): Step | undefined;
  /** The design laid out tidily, with its weights where nothing is missing. `name` is the model's in the file. */
  finish(name: string): Imported;
}

export function createDraft(): Draft {
  const idFor = idsFromNames();
  const nodes: GraphNode[] = [];
  const wires: Wire[] = [];
  const steps = new Map<string, Step>();
  const report: Entry[] = [];
  const weights: Record<string, readonly Float32Array[]> = {};
  let complete = true;

  const leaveGap = (source: string, words: string): undefined => {
    complete = false;
    report.push({ source, fate: "refused", words });
  };

  return {
    place({ source, name, kind, values = {}, inputs, arrays, differs }) {
      if (nodes.length >= limits.nodes)
        refuse(
          `The model has more than ${limits.nodes} layers, which no design can hold. Import a part of it.`,
        );
      const wrong = wrongInputs(kind, inputs) ?? wrongSettings(kind, values);
      if (wrong) return leaveGap(source, wrong);

      const id = idFor(name, kind);
      const node: GraphNode = { id, kind, values: stored(kind, values), at: [0, 0] };
      const arriving = inputs.flatMap((it, slot): Wire[] => (it ? [{ from: it.node, to: id, slot }] : []));
      const sources = arriving.flatMap((it) => steps.get(it.from) ?? []);
      if (sources.length === inputs.length) {
        const met = evaluate(node, arriving, sources);
        if (!("step" in met))
          return leaveGap(
            source,
            "refusal" in met ? met.refusal.refused : `${met.tooLarge}: more than a design can hold.`,
          );
        const found = typeof arrays === "function" ? arrays(met.step.weights) : arrays;
        checkArrays(source, met.step, found);
        steps.set(id, met.step);
        if (met.step.weights.length && found) weights[id] = found.map((it) => it.values);
      }
      nodes.push(node);
      wires.push(...arriving);
      if (wires.length > limits.wires)
        refuse(
          `The model has more than ${limits.wires} connections, which no design can hold. Import a part of it.`,
        );
      report.push({ source, fate: differs ? "approximated" : "mapped", node: id, words: differs ?? "" });
      return { node: id, shape: steps.get(id)?.output };
    },
    leaveGap,
    note: (entry) => {
      complete &&= entry.fate !== "refused";
      report.push(entry);
    },
    stepOf: (id) => steps.get(id),
    finish(name) {
      const design = arrange({ name: designName(name), nodes, wires });
      return { design, weights: complete ? fitting(compile(design).steps, weights) : undefined, report };
    },
  };
}

function fitting(steps: readonly Step[], weights: Weights): Weights | undefined {
  return Object.keys(weights).length && weightsFit({ steps }, weights) ? weights : undefined;
}

/** Why the kind cannot take these inputs, in a sentence. */
function wrongInputs(kind: KindName, inputs: Layer["inputs"]): string | undefined {
  const { title, takes } = kinds[kind];
  const count = inputs.length;
  if (takes === "several" ? count < 2 || count > limits.slot + 1 : count !== (takes === "nothing" ? 0 : 1))
    return `${title} takes ${takes === "several" ? `2 to ${limits.slot + 1} inputs` : takes === "nothing" ? "no input" : "one input"}, got ${count}.`;
  const shapes = inputs.flatMap((it) => (it?.shape ? [it.shape] : []));
  const [first] = shapes;
  if (takes === "image" && first && !isImage(first)) return `${title} needs an image, got ${show(first)}.`;
  if (takes === "vector" && first && !isVector(first)) return `${title} needs a vector, got ${show(first)}.`;
  const other = first && shapes.find((it) => it.length !== first.length);
  return first && other
    ? `${title} joins images with images or vectors with vectors, got ${show(first)} and ${show(other)}.`
    : undefined;
}

function wrongSettings(kind: KindName, values: Changes): string | undefined {
  const { title, settings }: Kind = kinds[kind];
  for (const [name, value] of Object.entries(values)) {
    const complaint = value === undefined ? undefined : settings[name]?.check(value);
    if (complaint) return `${settings[name]?.label} of ${title} ${complaint}.`;
  }
  return undefined;
}

/** Refuses arrays that are not those of the step. */
function checkArrays(source: string, { weights }: Step, arrays: readonly GivenArray[] | undefined): void {
  if (!arrays) return;
  if (arrays.length !== weights.length)
    refuse(
      `${source} has ${arrays.length} arrays of weights in the file, and its settings ask for ${weights.length}${weights.length ? ` (${weights.map((it) => it.name).join(", ")})` : ""}. Save the model again with the program that made it.`,
    );
  for (const [index, wanted] of weights.entries()) {
    const { shape = [], values } = arrays[index] ?? {};
    if (!sameShape(shape, wanted.shape))
      refuse(
        `The ${wanted.name} of ${source} is ${shown(shape)} in the file, and its settings ask for ${shown(wanted.shape)}. Save the model again with the program that made it.`,
      );
    if (values?.length !== volume(wanted.shape))
      refuse(
        `The ${wanted.name} of ${source} is ${shown(shape)} and has ${values?.length} values in the file. It was cut off: take another copy of it.`,
      );
    if (!values.every(Number.isFinite))
      refuse(
        `The ${wanted.name} of ${source} holds values that are no finite numbers. Train the model again with a smaller learning rate.`,
      );
  }
}

const shown = (shape: readonly number[]): string => (shape.length ? show(shape) : "one number");
