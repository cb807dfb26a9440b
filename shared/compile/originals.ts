import { type Fields, record } from "../graph/reading.ts";
import { isKindName, type KindName, kinds } from "../nodes/index.ts";
import type { Kind } from "../nodes/kind.ts";
import { pairOf, type Value, type Values } from "../nodes/settings.ts";
import { isVector } from "../nodes/shape.ts";
import type { Plan, Step } from "./plan.ts";

/** What a node was before a file wrote it in layers of another framework. */
export type Original = {
  readonly kind: KindName;
  readonly values: Values;
};

/**
 * The nodes, by id, that the layers of a Keras or tfjs model cannot tell of: those that stand there as tables, kernels that
 * were given by name, further inputs. Files keep it beside the model, in their place for remarks, so that an import gives
 * the design that was exported. Readers check it against the layers before they believe it.
 */
export function originalsOf({ steps }: Plan): Readonly<Record<string, Original>> {
  const first = steps.find((it) => it.kind.family === "input");
  return Object.fromEntries(
    steps
      .filter((it) => isUntold(it) || (it.kind.family === "input" && it !== first))
      .map(({ node: { id, kind, values } }) => [id, { kind, values }]),
  );
}

function isUntold({ node, values, inputs: [input] }: Step): boolean {
  switch (node.kind) {
    case "locallyConnected2d":
    case "shufflePixels":
      return true;
    case "conv2d":
      return values.weights !== "learned" || values.across !== "sum";
    case "flatten":
      return input !== undefined && isVector(input);
    case "upsample2d":
      return values.interpolation !== "nearest" || factorsOf(values.size).some((it) => it > 40);
    default:
      return false;
  }
}

const factorsOf = (size: Value | undefined): readonly number[] =>
  typeof size === "number" || typeof size === "object" ? pairOf(size) : [];

/** Those of a file, as far as they are sound: settings of a kind, each in range. Refuses nothing. */
export function readOriginals(written: unknown): ReadonlyMap<string, Original> {
  const found = new Map<string, Original>();
  if (typeof written !== "object" || written === null || Array.isArray(written)) return found;
  for (const [id, it] of Object.entries(written)) {
    const original = originalFrom(it);
    if (original) found.set(id, original);
  }
  return found;
}

function originalFrom(written: unknown): Original | undefined {
  if (typeof written !== "object" || written === null || Array.isArray(written)) return undefined;
  const { kind, values }: Fields = record(written, "");
  if (typeof kind !== "string" || !isKindName(kind)) return undefined;
  if (typeof values !== "object" || values === null || Array.isArray(values)) return undefined;
  const { settings }: Kind = kinds[kind];
  const sound = Object.entries(values).every(
    ([name, value]) => settings[name]?.check(value) === undefined && settings[name],
  );
  // Each value has been checked by its setting.
  return sound ? { kind, values: values as Values } : undefined;
}
