import type { KindName } from "../nodes/index.ts";
import type { Values } from "../nodes/settings.ts";

/** A place on the canvas in pixels, y downwards. */
export type Point = readonly [x: number, y: number];

export interface GraphNode {
  /** Stable identifier, `[a-z][a-z0-9_]*`: the layer's name in every export. */
  readonly id: string;
  readonly kind: KindName;
  /** Only what differs from the kind's defaults. */
  readonly values: Values;
  /** Where the card's upper left corner stands on the canvas, in pixels. */
  readonly at: Point;
}

export interface Wire {
  readonly from: string;
  readonly to: string;
  /** Which input of a merge layer, from 0; 0 for all others. */
  readonly slot: number;
}

/** What the user drew. Nothing in it is derived. */
export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly wires: readonly Wire[];
}

/** A named graph: a tab in the app, a row in a comparison. */
export interface Design extends Graph {
  readonly name: string;
}

export const sameWire = (a: Wire, b: Wire): boolean =>
  a.from === b.from && a.to === b.to && a.slot === b.slot;

/** A wire as one word, unique within a graph. */
export const wireKey = ({ from, to, slot }: Wire): string => `${from} ${to} ${slot}`;

export const nodeOf = (graph: Graph, id: string): GraphNode | undefined =>
  graph.nodes.find((it) => it.id === id);

export const wiresInto = (graph: Graph, id: string): readonly Wire[] =>
  graph.wires.filter((it) => it.to === id).toSorted((a, b) => a.slot - b.slot);

export const wiresOutOf = (graph: Graph, id: string): readonly Wire[] =>
  graph.wires.filter((it) => it.from === id);
