import { shown } from "../../graph/json.ts";
import { limits } from "../../graph/limits.ts";
import { list, refuse } from "../../graph/reading.ts";
import { isModel, type Layer, layerName } from "./layer.ts";
import { mostInputs, type Reference, tensorsIn } from "./references.ts";

/** One call of a layer of a functional model. */
export interface Task {
  readonly layer: Layer;
  readonly index: number;
  readonly name: string;
  readonly call: number;
  readonly uses: number;
  readonly from: readonly Reference[];
}

/** One call by name: the layer, and which of its calls. */
export const keyOf = (layer: string, call: number): string => `${call} ${layer}`;

export type KeyOf = (reference: Reference) => string;

/** The calls so that each stands behind those that it takes from (Kahn 1962). */
export function inOrder(
  tasks: readonly Task[],
  layers: readonly Layer[],
  key: KeyOf,
  place: string,
): readonly Task[] {
  const names = new Set(layers.map((it, index) => layerName(it, `layer_${index}`)));
  const waiting = new Map<string, Task[]>();
  const open = new Map<Task, number>();
  const ready: Task[] = [];
  for (const task of tasks) {
    open.set(task, task.from.length);
    if (task.from.length === 0) ready.push(task);
    for (const it of task.from) {
      if (!names.has(it.layer))
        refuse(
          `The layer ${shown(task.name)} of ${place} takes from ${shown(it.layer)}, which is no layer of it. The file is damaged: save the model again.`,
        );
      const others = waiting.get(key(it));
      if (others) others.push(task);
      else waiting.set(key(it), [task]);
    }
  }
  // The list grows while it is walked.
  for (const { name, call } of ready)
    for (const other of waiting.get(keyOf(name, call)) ?? []) {
      const left = (open.get(other) ?? 0) - 1;
      open.set(other, left);
      if (left === 0) ready.push(other);
    }
  const stuck = tasks.find((it) => (open.get(it) ?? 0) > 0);
  if (stuck)
    refuse(
      `The layer ${shown(stuck.name)} of ${place} waits for its own result: the network goes in a circle, which none may.`,
    );
  return ready;
}

/**
 * The layers' indices as Keras numbers them in a model that it makes of them (`map_graph` in keras/src/ops/function.py):
 * those furthest from the results first, and of equally far ones those first that a walk from the results meets first,
 * each layer's first input before its second. Keras finds weights by this order.
 */
export function kerasOrder(
  ordered: readonly Task[],
  exits: readonly string[],
  key: KeyOf,
): readonly number[] {
  const byKey = new Map(ordered.map((it) => [keyOf(it.name, it.call), it]));
  const distances = new Map<number, number>();
  const far = new Map<string, number>();
  const most = <K>(all: Map<K, number>, at: K, value: number): void => {
    all.set(at, Math.max(all.get(at) ?? 0, value));
  };
  for (const { index, name, call, from } of ordered.toReversed()) {
    const distance = far.get(keyOf(name, call)) ?? 0;
    most(distances, index, distance);
    for (const it of from) most(far, key(it), distance + 1);
  }
  const turns = new Map<number, number>();
  const met = new Set<string>();
  const ahead = exits.toReversed();
  for (let next = ahead.pop(); next !== undefined; next = ahead.pop()) {
    const task = byKey.get(next);
    if (!task || met.has(next)) continue;
    met.add(next);
    if (!turns.has(task.index)) turns.set(task.index, turns.size);
    ahead.push(...task.from.map(key).toReversed());
  }
  const distance = (index: number): number => distances.get(index) ?? 0;
  const turn = (index: number): number => turns.get(index) ?? -1;
  return [...distances.keys()].toSorted((a, b) => distance(b) - distance(a) || turn(a) - turn(b));
}

export function tasksOf(layer: Layer, index: number, place: string): readonly Task[] {
  const name = layerName(layer, `layer_${index}`);
  const nodes = list(layer.fields.inbound_nodes ?? [], `${place}.inbound_nodes`, limits.nodes);
  if (!nodes.length) return [{ layer, index, name, call: 0, uses: 1, from: [] }];
  return nodes.map((node, call) => {
    const from = tensorsIn(node, `${place}.inbound_nodes[${call}]`);
    if (from.length > mostInputs)
      refuse(`${place} takes ${from.length} inputs; at most ${mostInputs} can be drawn.`);
    return { layer, index, name, call, uses: nodes.length, from };
  });
}

/**
 * What is subtracted from the node numbers of nested models: Keras counts their own first run as node 0, but for
 * sequential models in Keras 3.
 */
export function nestedUses(tasks: readonly Task[]): ReadonlyMap<string, number> {
  const models = new Map(tasks.filter((it) => isModel(it.layer)).map((it) => [it.name, it.uses]));
  const highest = new Map<string, number>();
  const lowest = new Map<string, number>();
  for (const { from } of tasks)
    for (const { layer, node } of from) {
      highest.set(layer, Math.max(highest.get(layer) ?? 0, node));
      lowest.set(layer, Math.min(lowest.get(layer) ?? node, node));
    }
  return new Map(
    [...models].map(([name, uses]) => [
      name,
      (lowest.get(name) ?? 1) > 0 && (highest.get(name) ?? 1) >= uses ? 1 : 0,
    ]),
  );
}
