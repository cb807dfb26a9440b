import { idFor, wrongId } from "../graph/ids.ts";
import { limits } from "../graph/limits.ts";
import { wrongDesignName } from "../graph/names.ts";
import type { KindName } from "../nodes/index.ts";

/**
 * Gives each layer of a file a node id: its name where that is a free id, else the id that comes closest
 * (`Block 1/Conv` → `block_1_conv`), numbered where that is taken, or the kind's own where nothing is left of the name.
 */
export function idsFromNames(): (name: string, kind: KindName) => string {
  const taken = new Set<string>();
  const counts = new Map<string, number>();
  const numbered = (name: string, first: number): string => {
    const stem = name.slice(0, limits.id - 8);
    let count = counts.get(stem) ?? first;
    while (taken.has(`${stem}_${count}`)) count++;
    counts.set(stem, count + 1);
    return `${stem}_${count}`;
  };
  return (name, kind) => {
    const wanted = wrongId(name) ? worded(name, kind) : name;
    const id = !wanted
      ? idFor(kind, (stem) => numbered(stem, 1))
      : taken.has(wanted)
        ? numbered(wanted, 2)
        : wanted;
    taken.add(id);
    return id;
  };
}

/** A name as an id; empty where it holds no letter or digit that an id may have. */
function worded(name: string, kind: KindName): string {
  const words = name
    .slice(0, 4 * limits.id)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "");
  const lettered = /^\d/.test(words) ? `${kind.toLowerCase()}_${words}` : words;
  // The end of a path says more than its beginning.
  const short = lettered.length > limits.id ? lettered.slice(-limits.id).replace(/^[^a-z]+/, "") : lettered;
  return wrongId(short) ? "" : short;
}

/** The model's name as a design's, as far as a design can have it. */
export function designName(name: string): string {
  const line = name
    .slice(0, 4 * limits.name)
    .replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\ufffe\uffff]+/gu, " ")
    .trim()
    .slice(0, limits.name)
    .trim();
  return wrongDesignName(line) ? "Imported model" : line;
}
