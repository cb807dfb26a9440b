import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import { type Wire, wireKey } from "../../shared/graph/graph.ts";

/** Layers and wires that somebody's words are about at this moment, by id and key: the canvas shows which they are. */
interface Pointed {
  readonly nodes: ReadonlySet<string>;
  readonly wires: ReadonlySet<string>;
}

const nothing: Pointed = { nodes: new Set(), wires: new Set() };
const pointed = createStore<Pointed>(() => nothing);

export const usePointedNode = (id: string): boolean => useStore(pointed, ({ nodes }) => nodes.has(id));
export const usePointedWire = (key: string): boolean => useStore(pointed, ({ wires }) => wires.has(key));

export const pointAt = (nodes: readonly string[], wires: readonly Wire[] = []): void =>
  pointed.setState({ nodes: new Set(nodes), wires: new Set(wires.map(wireKey)) });

export const pointAtNothing = (): void => {
  if (pointed.getState() !== nothing) pointed.setState(nothing, true);
};
