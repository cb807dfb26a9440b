import { limits } from "../../graph/limits.ts";
import { got, list, record, refuse, string } from "../../graph/reading.ts";

/** What a layer takes: a result of one call of a layer. */
export interface Reference {
  readonly layer: string;
  readonly node: number;
  readonly tensor: number;
}

/** More names than this feed no layer. */
export const mostInputs = limits.slot + 1;
/** References are nested in few lists. */
const deepest = 8;

/** One call's tensors: `[["conv", 0, 0, {}], …]` or `["conv", 0, 0, {}]` before Keras 3, `{args, kwargs}` since. */
export function tensorsIn(node: unknown, place: string): readonly Reference[] {
  if (!Array.isArray(node)) return kerasTensors(record(node, place).args, place, 0);
  if (typeof node[0] === "string") return [reference(node, place)];
  return list(node, place, mostInputs).map((it, slot) => reference(it, `${place}[${slot}]`));
}

function kerasTensors(value: unknown, place: string, depth: number): readonly Reference[] {
  if (depth > deepest)
    return refuse(`${place} is nested too deep. The file is damaged: save the model again.`);
  if (Array.isArray(value))
    return value.length > mostInputs
      ? refuse(`${place} has ${value.length} inputs; at most ${mostInputs} can be drawn.`)
      : value.flatMap((it) => kerasTensors(it, place, depth + 1));
  if (typeof value !== "object" || value === null) return [];
  const fields = record(value, place);
  if (fields.class_name !== "__keras_tensor__") return [];
  return [reference(record(fields.config, place).keras_history, `${place}, in keras_history,`)];
}

/** `[layer, node, tensor]`. */
function reference(value: unknown, place: string): Reference {
  const [layer, node = 0, tensor = 0] = list(value, place, 8);
  const isCount = (it: unknown): it is number =>
    typeof it === "number" && Number.isSafeInteger(it) && it >= 0;
  if (!isCount(node) || !isCount(tensor))
    return refuse(
      `${place} must be [layer, node, tensor], got ${got(value)}. The file is damaged: save the model again.`,
    );
  return { layer: string(layer, place), node, tensor };
}

/** `[["image", 0, 0]]`, `["image", 0, 0]`, or an object of those. */
export function referencesIn(value: unknown, place: string): readonly Reference[] {
  if (Array.isArray(value))
    return typeof value[0] === "string"
      ? [reference(value, place)]
      : list(value, place, mostInputs).map((it) => reference(it, place));
  return Object.values(record(value, place)).map((it) => reference(it, place));
}
