import { evaluate } from "../../compile/evaluate.ts";
import type { Original } from "../../compile/originals.ts";
import type { Step } from "../../compile/plan.ts";
import type { Fields } from "../../graph/reading.ts";
import { layerNames, loweringOf } from "../../lowering/lower.ts";
import type { StockLayer } from "../../lowering/lowering.ts";
import type { Call } from "../../nodes/kind.ts";
import { volume } from "../../nodes/shape.ts";
import type { GivenArray } from "../draft.ts";
import type { Store, StoredArray } from "./store.ts";
import type { LayerCall } from "./topology.ts";

/**
 * The arrays of a node that the file holds as these layers, one after the other: a locally connected layer, a shuffle,
 * a blending. Undefined where the layers are not exactly those that the node would be written as: other names, classes or
 * settings, or other tables. `original` is what the file remembers of the node, `source` the step that feeds it.
 */
export function liftedArrays(
  id: string,
  original: Original,
  layers: readonly LayerCall[],
  source: Step,
  store: Store | undefined,
): readonly GivenArray[] | undefined {
  const wire = { from: source.node.id, to: id, slot: 0 };
  const met = evaluate({ id, ...original, at: [0, 0] }, [wire], [source]);
  const written = "step" in met ? loweringOf(met.step)?.layers : undefined;
  if (!("step" in met) || written?.length !== layers.length) return undefined;
  const names = layerNames(
    id,
    written.map((it) => it.call),
  );
  const alike = written.every(({ call }, index) => {
    const layer = layers[index];
    return layer && layer.path.join("/") === names[index] && isCallOf(call, layer);
  });
  if (!alike) return undefined;
  return store ? recovered(met.step, written, layers, store) : [];
}

/**
 * A lowering puts each array of the design's layer into one of the file's as it is: there it is taken back. All other
 * arrays must hold what the lowering would write.
 */
function recovered(
  { weights }: Step,
  written: readonly StockLayer[],
  layers: readonly LayerCall[],
  store: Store,
): readonly GivenArray[] | undefined {
  const marks: readonly Float32Array[] = weights.map((it) => new Float32Array(volume(it.shape)));
  const found: (GivenArray | undefined)[] = weights.map(() => undefined);
  for (const [at, { arrays }] of written.entries()) {
    const layer = layers[at];
    for (const [index, table] of (arrays?.(marks) ?? []).entries()) {
      const array = layer && arrayOf(layer, index, store);
      if (!array || volume(array.shape) !== volume(table.shape)) return undefined;
      const mark = marks.indexOf(table.values);
      const values = array.read();
      if (mark === -1 && !table.values.every((it, place) => it === values[place])) return undefined;
      if (mark !== -1) found[mark] = { shape: weights[mark]?.shape ?? [], values };
    }
  }
  const all = found.flatMap((it) => it ?? []);
  return all.length === weights.length ? all : undefined;
}

const arrayOf = (layer: LayerCall, index: number, store: Store): StoredArray | undefined =>
  store.array(layer, index === 0 ? ["kernel", "depthwise_kernel"] : ["bias"], index);

/** Whether the layer is what the call makes: the same class, and the same settings as far as both tell them. */
export function isCallOf({ fn, args }: Call, { className, config }: LayerCall): boolean {
  if (fn.toLowerCase() !== className.toLowerCase()) return false;
  return Object.entries(args).every(([name, value]) => {
    const written = settingOf(config, name);
    const isObject = typeof written === "object" && !Array.isArray(written);
    return written === undefined || isObject || sameNumbers(value, written);
  });
}

const settingOf = (config: Fields, name: string): unknown => {
  const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return Object.hasOwn(config, snake) ? (config[snake] ?? undefined) : undefined;
};

/** `2` and `[2, 2]` say the same. */
function sameNumbers(a: unknown, b: unknown): boolean {
  const [left, right] = [a, b].map((it): readonly unknown[] => (Array.isArray(it) ? it.flat() : [it]));
  if (!left || !right) return false;
  const length = Math.max(left.length, right.length);
  const at = (all: readonly unknown[], index: number) => (all.length === 1 ? all[0] : all[index]);
  return Array.from({ length }).every((_, index) => at(left, index) === at(right, index));
}
