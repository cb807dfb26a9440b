import type { Original } from "../../compile/originals.ts";
import { createDraft, type Draft, type Output } from "../draft.ts";
import type { Imported } from "../imported.ts";
import { chainsOf } from "./chains.ts";
import type { Dialect } from "./part.ts";
import { placed } from "./place.ts";
import { rejoined } from "./rejoined.ts";
import { nameOf, type Site, sourceOf } from "./site.ts";
import type { Store } from "./store.ts";
import { type LayerCall, readTopology } from "./topology.ts";

export interface KerasModel {
  /** `{class_name, config}`. */
  readonly topology: unknown;
  readonly dialect: Dialect;
  /** Undefined where the file holds no weights. */
  readonly store: Store | undefined;
  /** What the file remembers of the design that it was made from. */
  readonly originals: ReadonlyMap<string, Original>;
  /** The file, for sentences. */
  readonly file: string;
}

/**
 * A model of Keras or tfjs as a design. Refuses (`refuse`), naming the place, a configuration that no version of them writes,
 * networks that go in circles, and weights that do not fit their layers; a layer without a counterpart leaves a gap.
 */
export function readKerasModel({ topology, dialect, store, originals, file }: KerasModel): Imported {
  const { name, calls, outputs } = readTopology(topology, file);
  const draft = createDraft();
  const results: (Output | undefined)[] = [];
  const site: Site = { draft, dialect, store, file, originals, flat: new Set() };
  const { chains, within } = chainsOf(calls);
  for (const index of calls.keys()) {
    // Layers before the last of a chain wait for it.
    if (within.has(index)) continue;
    const chain = chains.get(index) ?? [index];
    const layers = chain.flatMap((it) => calls[it] ?? []);
    const fed = layers[0]?.inputs.map((it) => results[it]) ?? [];
    const joined = rejoined(layers, fed, site);
    if (joined) results[index] = joined.output;
    else
      for (const it of chain) {
        const call = calls[it];
        if (call)
          results[it] = placed(
            call,
            call.inputs.map((from) => results[from]),
            site,
          );
      }
  }
  noteOutputs(
    outputs.map((it) => results[it]),
    draft,
  );
  noteInputs(calls, results, site);
  return draft.finish(name);
}

function noteOutputs(outputs: readonly (Output | undefined)[], draft: Draft): void {
  if (outputs.length < 2) return;
  for (const [index, it] of outputs.entries())
    draft.note({
      source: `result ${index + 1} of ${outputs.length}`,
      fate: "approximated",
      words: "A design has one result: join them, or delete the branches that you do not need.",
      ...(it ? { node: it.node } : {}),
    });
}

function noteInputs(
  calls: readonly LayerCall[],
  results: readonly (Output | undefined)[],
  { draft, originals }: Site,
): void {
  const inputs = calls.flatMap((it, index) =>
    it.className === "InputLayer" ? [{ call: it, node: results[index]?.node }] : [],
  );
  for (const { call, node } of inputs.slice(1))
    if (node !== undefined && !originals.has(nameOf(call)))
      draft.note({
        source: sourceOf(call),
        fate: "approximated",
        node,
        words: "The model takes different values at its inputs; a design hands the same example to all.",
      });
}
