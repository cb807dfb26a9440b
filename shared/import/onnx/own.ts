import { parseJson } from "../../graph/json.ts";
import { isKindName, type KindName, kinds } from "../../nodes/index.ts";
import type { Kind } from "../../nodes/kind.ts";
import { filled, type Value, type Values } from "../../nodes/settings.ts";
import type { Model } from "./messages.ts";
import type { Layer } from "./sketch.ts";

/** What our own writer says of a layer: ONNX's operators cannot tell all of it. */
export interface OwnLayer {
  readonly id: string;
  readonly kind: KindName;
  readonly values: Values;
}

/** The key of the entry in `metadata_props` (shared/emit/onnx). */
const key = "receptive.layers";

/**
 * The layers of a file of our own, by id; undefined for other programs' files, and empty where the entry is lost. They
 * only decide between readings that compute the same: what the operators say holds.
 */
export function ownLayers({ producer, metadata }: Model): ReadonlyMap<string, OwnLayer> | undefined {
  if (producer !== "Receptive") return undefined;
  const parsed = parseJson(metadata.get(key) ?? "{}");
  if ("refused" in parsed || typeof parsed.value !== "object" || parsed.value === null) return new Map();
  return new Map(
    Object.entries(parsed.value).flatMap(([id, written]: [string, unknown]) => {
      if (typeof written !== "object" || written === null || !("kind" in written)) return [];
      const { kind } = written;
      if (typeof kind !== "string" || !isKindName(kind)) return [];
      const values = "values" in written ? checked(kind, written.values) : {};
      return [[id, { id, kind, values }] as const];
    }),
  );
}

function checked(kind: KindName, written: unknown): Values {
  if (typeof written !== "object" || written === null) return {};
  const { settings }: Kind = kinds[kind];
  // The setting's own check has seen to the type.
  return Object.fromEntries(
    Object.entries(written).filter(([name, value]) => settings[name] && !settings[name].check(value)),
  ) as Values;
}

/** Settings that matter in training only, or to the first weights only. */
const untold = ["trainable", "momentum", "weights", "across", "rate", "deviation"];

/** Takes over what the operators do not say, and the digits that a float32 has lost. */
export function settle(layer: Layer, own: OwnLayer | undefined): void {
  if (own?.kind !== layer.kind) return;
  const { settings }: Kind = kinds[layer.kind];
  for (const [name, value] of Object.entries(filled(settings, own.values)))
    if (untold.includes(name) || sameFloat(layer.values[name], value)) layer.values[name] = value;
}

const sameFloat = (a: Value | undefined, b: Value): boolean =>
  typeof a === "number" && typeof b === "number" && Math.fround(a) === Math.fround(b);
