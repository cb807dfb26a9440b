import type { Original } from "../../compile/originals.ts";
import { refuse } from "../../graph/reading.ts";
import type { WeightName } from "../../nodes/kind.ts";
import { volume } from "../../nodes/shape.ts";
import type { Draft, FindArrays, Output } from "../draft.ts";
import { settingsOf } from "./fields.ts";
import type { Dialect, Met, Placed } from "./part.ts";
import type { Store, StoredArray } from "./store.ts";
import type { LayerCall } from "./topology.ts";

/** What is known and made while one model is read. */
export interface Site {
  readonly draft: Draft;
  readonly dialect: Dialect;
  readonly store: Store | undefined;
  readonly originals: ReadonlyMap<string, Original>;
  /** The file, for sentences. */
  readonly file: string;
  /** Nodes that have no axis of channels in the file, where ours have one of size 1. */
  readonly flat: Set<string>;
}

export const nameOf = ({ path }: LayerCall): string => path.join("/");

/** As the report shows it. */
export const sourceOf = (call: LayerCall): string => `${nameOf(call)} (${call.className})`;

export const metAt = (
  call: LayerCall,
  inputs: readonly (Output | undefined)[],
  { flat, dialect, store }: Site,
): Met => ({
  settings: settingsOf(call.config, sourceOf(call)),
  shapes: inputs.map((it) => it?.shape),
  lacksChannels: inputs.some((it) => it && flat.has(it.node)),
  dialect,
  arrayShape: (name) => store?.array(call, [name], 0)?.shape,
});

/** Finds a node's arrays among those of one layer. */
export function findArrays(
  call: LayerCall,
  { names = {}, reshaped = false }: Placed,
  site: Site,
): FindArrays | undefined {
  const aliases: Readonly<Partial<Record<WeightName, readonly string[]>>> = names;
  return found(call, site, reshaped, (store, name, index) =>
    store.array(call, [name, ...(aliases[name] ?? [])], index),
  );
}

/** Finds each array by what `look` says. `reshaped`: it may lie in another shape. Refuses the file where one is missing. */
export function found(
  call: LayerCall,
  { store, file }: Site,
  reshaped: boolean,
  look: (store: Store, name: WeightName, index: number) => StoredArray | undefined,
): FindArrays | undefined {
  if (!store) return undefined;
  return (wanted) =>
    wanted.map((weight, index) => {
      const array =
        look(store, weight.name, index) ??
        refuse(
          `${file} has no ${weight.name} for ${sourceOf(call)}. Save the model again, with its weights.`,
        );
      const fits = reshaped && volume(array.shape) === volume(weight.shape);
      return { shape: fits ? weight.shape : array.shape, values: array.read() };
    });
}
