import { type KindName, kinds } from "../nodes/index.ts";
import { type Graph, nodeOf } from "./graph.ts";
import { limits } from "./limits.ts";

/** Why a word cannot be a node's id ("must be …, got …"), or undefined when it can. */
export function wrongId(id: string): string | undefined {
  if (id.length > limits.id)
    return `must have at most ${limits.id} characters, got ${id.length}: choose a shorter name`;
  if (!/^[a-z][a-z0-9_]*$/.test(id))
    return `must be lower-case letters, digits and _ with a letter first, got ${JSON.stringify(id)}`;
  // Weights are looked up by id in plain objects, and every object has these two.
  if (id === "constructor" || id === "prototype")
    return `must be another word than ${id}: that one is reserved`;
  return undefined;
}

/** Why a node cannot get this id, in a sentence for the user, or undefined when it can. */
export function canRename(graph: Graph, id: string, to: string): string | undefined {
  if (id === to) return undefined;
  const wrong = wrongId(to);
  if (wrong) return `A layer's name ${wrong}.`;
  return nodeOf(graph, to) ? `Another layer is called ${to} already. Choose another name.` : undefined;
}

/** The id of a new node of this kind: `image`, `conv_1`, `max_pool_2`. */
export const idFor = (kind: KindName, fresh: IdSource): string =>
  kinds[kind].takes === "nothing" ? fresh("image", "bare") : fresh(snakeCase(kind.replace("2d", "")));

/** The id that a copy of a node gets: its own while that is free, else the next number (`conv_1` → `conv_2`). */
export const idForCopy = (id: string, taken: (id: string) => boolean, fresh: IdSource): string =>
  taken(id) ? fresh(partsOf(id).stem) : id;

/** Gives an unused id with each call. `bare`: the first one goes without a number. */
export type IdSource = (stem: string, first?: "bare") => string;

/** Numbers go on after the highest one in use, so that a deleted node's name does not come back at another place. */
export function idSource(taken: Iterable<string>): IdSource {
  const used = new Set(taken);
  const highest = new Map<string, number>();
  for (const id of used) {
    const { stem, number } = partsOf(id);
    highest.set(stem, Math.max(highest.get(stem) ?? 0, number));
  }
  return (wanted, first) => {
    const stem = wanted.slice(0, limits.id - 8);
    let number = (highest.get(stem) ?? 0) + 1;
    const name = () => (number === 1 && first === "bare" ? stem : `${stem}_${number}`);
    while (used.has(name())) number++;
    highest.set(stem, number);
    used.add(name());
    return name();
  };
}

function partsOf(id: string): { readonly stem: string; readonly number: number } {
  const [, stem = id, digits = "1"] = /^(.+)_(\d{1,6})$/.exec(id) ?? [];
  return { stem, number: Number(digits) };
}

const snakeCase = (camelCase: string): string =>
  camelCase.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
