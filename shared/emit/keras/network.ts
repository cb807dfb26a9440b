import type { WeightName } from "../../nodes/kind.ts";
import type { Json } from "./json.ts";

/** A design as a list of Keras layers, each of which comes behind those that feed it. */
export interface KerasNetwork {
  readonly layers: readonly KerasLayer[];
  /** Names of the layers at both ends. */
  readonly input: string;
  readonly output: string;
}

export interface KerasLayer {
  readonly className: string;
  readonly name: string;
  /** The constructor's arguments where they differ from Keras' defaults, without name and type of numbers. */
  readonly config: Readonly<Record<string, Json>>;
  /** Names of the layers that feed it, by slot. */
  readonly sources: readonly string[];
  /** A merge: it takes a list. */
  readonly merges: boolean;
  /** What it gives for one example; of any rank. */
  readonly output: readonly number[];
  /** In the layer's own order. Made anew with each call. */
  arrays(): readonly KerasArray[];
}

export interface KerasArray {
  readonly name: WeightName;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/**
 * The layers as Keras numbers them in a model that it makes of them (`Model.layers`; `map_graph` in keras/src/ops/function.py,
 * and Keras 2 and tfjs alike): those furthest from the output first, and of equally far ones those first that a walk from
 * the output meets first, each layer's first input before its second. Keras finds weights by this order.
 */
export function inKerasOrder({ layers, output }: KerasNetwork): readonly KerasLayer[] {
  const byName = new Map(layers.map((it) => [it.name, it]));
  const distances = new Map<string, number>();
  for (const { name, sources } of layers.toReversed()) {
    const further = (distances.get(name) ?? 0) + 1;
    for (const it of sources) distances.set(it, Math.max(distances.get(it) ?? 0, further));
  }
  const turns = new Map<string, number>();
  const ahead = [output];
  for (let name = ahead.pop(); name !== undefined; name = ahead.pop()) {
    if (turns.has(name)) continue;
    turns.set(name, turns.size);
    ahead.push(...(byName.get(name)?.sources ?? []).toReversed());
  }
  const distance = (it: KerasLayer): number => distances.get(it.name) ?? 0;
  const turn = (it: KerasLayer): number => turns.get(it.name) ?? -1;
  return layers.toSorted((a, b) => distance(b) - distance(a) || turn(a) - turn(b));
}
