import type { Graph, GraphNode, Wire } from "../graph/graph.ts";
import type { Kind, Weight } from "../nodes/kind.ts";
import type { Values } from "../nodes/settings.ts";
import type { Shape } from "../nodes/shape.ts";
import type { DataShape } from "../train/dataset.ts";
import type { View } from "./receptive-field.ts";

/** One layer that works, with everything that follows from its settings and inputs. */
export interface Step {
  readonly node: GraphNode;
  readonly kind: Kind;
  /** All settings, defaults filled in. */
  readonly values: Values;
  /** Ids of the nodes that feed it, by slot, and their shapes. */
  readonly sources: readonly string[];
  readonly inputs: readonly Shape[];
  readonly output: Shape;
  readonly weights: readonly Weight[];
  /** Stored numbers, moving statistics included, as Keras counts. */
  readonly parameters: number;
  /** The part of them that learns. */
  readonly trainable: number;
  /** Multiply-adds of one image in convolutions and dense layers; `Work` says what the three count. */
  readonly macs: number;
  readonly additions: number;
  readonly comparisons: number;
  /** Which input pixels its output positions see, rows and columns. */
  readonly view: View;
  /** Most input pixels that one output position sees, [height, width]; 1×1 for the input itself; a vector input counts as 1×n. */
  readonly receptiveField: readonly [number, number];
  /** Height and width of the network's input: the most that anything can see. */
  readonly whole: readonly [number, number];
}

/**
 * Every way in which a design can be wrong, by rank, highest first, which is the order in which mending makes sense: the
 * drawing as a whole, its wires, the settings by themselves, the shapes that follow from them, the data, the machine.
 * Problems are told in this order, and a repair never brings an error of a higher rank than its own.
 */
export const problemRanks = [
  ["empty-design", "unknown-kind", "no-input", "cycle", "unreachable", "several-outputs"],
  ["wires-into-input", "too-many-wires", "slot-taken-twice", "not-connected", "too-few-wires"],
  ["setting"],
  [
    "inputs-differ",
    "rank",
    "settings-clash",
    "window-too-large",
    "empty-shape",
    "merge-mismatch",
    "too-large",
  ],
  ["data-image", "output-rank", "data-classes"],
  ["memory"],
] as const;
export type ProblemCode = (typeof problemRanks)[number][number];

/** A change of the graph that takes a problem away. The title says what happens: "Insert Flatten → 784". */
export interface Repair {
  readonly title: string;
  /** Meant for the graph that was compiled; untouched nodes stay the same objects. */
  apply(graph: Graph): Graph;
}

/** Something to fix before the design can be trained or exported. */
export interface Problem {
  readonly code: ProblemCode;
  readonly severity: "error" | "warning";
  /** The node it is shown on; problems of the whole design have none. */
  readonly node?: string;
  /** Every node and wire that has to do with it: a cycle's path, both ends of a mismatch. */
  readonly nodes: readonly string[];
  readonly wires: readonly Wire[];
  /** A sentence with the values met. */
  readonly message: string;
  /**
   * Best first. Each was tried: it takes the problem away and brings no error of higher rank. Worked out when first read,
   * so that a design with many problems compiles as fast as one with none; of very many only the first have any.
   */
  readonly repairs: readonly Repair[];
}

export interface Totals {
  readonly parameters: number;
  readonly trainable: number;
  readonly macs: number;
  readonly additions: number;
  readonly comparisons: number;
  /** Bytes of all layer outputs of one image as float32, the input included. */
  readonly activationBytes: number;
  /** What one value of the last feature map sees, [height, width] in input pixels. */
  readonly receptiveField: readonly [number, number];
}

/** What a design has to live with. Whatever is left out is not checked. */
export interface Surroundings {
  /** The examples and classes that it must fit. */
  readonly data?: DataShape | undefined;
  /** Examples in a training step, and the machine's memory in bytes: the step must fit. */
  readonly batch?: number | undefined;
  readonly memoryBytes?: number | undefined;
}

/** What a graph means: the layers that work in topological order, and what is wrong with the rest. */
export interface Plan {
  readonly steps: readonly Step[];
  readonly problems: readonly Problem[];
  readonly totals: Totals;
  /** The step of the one node without an outgoing wire, where there is exactly one and it works. */
  readonly output: Step | undefined;
  /** No error: the design can be trained and exported. */
  readonly ready: boolean;
}
