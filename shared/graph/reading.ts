import { shown } from "./json.ts";

export interface Unreadable {
  /** A sentence or two: the place in the file, the value met, what to do. */
  readonly refused: string;
}

/** A JSON object of which nothing is known yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** Carries the first complaint out of the functions below. `answered` catches it; readers of files end with it. */
class Refused extends Error {}

export function refuse(sentence: string): never {
  throw new Refused(sentence);
}

/** What the reader reads, or its first complaint. */
export function answered<T>(read: () => T): T | Unreadable {
  try {
    return read();
  } catch (thrown) {
    if (thrown instanceof Refused) return { refused: thrown.message };
    throw thrown;
  }
}

export function record(value: unknown, place: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return refuse(`${place} must be an object, got ${got(value)}.`);
  return value as Fields;
}

export function known(written: Fields, place: string, names: readonly string[]): void {
  const odd = Object.keys(written).find((it) => !names.includes(it));
  if (odd === undefined) return;
  const has = names.length ? `it can have ${names.join(", ")}` : "it has no keys";
  refuse(`${place} has a key that is not known, ${shown(odd)}; ${has}. Remove or correct it.`);
}

export function list(value: unknown, place: string, most: number): readonly unknown[] {
  if (!Array.isArray(value)) return refuse(`${place} must be a list, got ${got(value)}.`);
  return value.length <= most
    ? value
    : refuse(`${place} has ${value.length} entries, at most ${most} can be opened.`);
}

export function string(value: unknown, place: string): string {
  return typeof value === "string" ? value : refuse(`${place} must be a text in quotes, got ${got(value)}.`);
}

export function unique(words: readonly string[], placeOf: (index: number) => string): void {
  const met = new Map<string, number>();
  for (const [index, word] of words.entries()) {
    const first = met.get(word);
    if (first !== undefined)
      refuse(`${placeOf(index)} is ${shown(word)}, as ${placeOf(first)} is already. Rename one of them.`);
    met.set(word, index);
  }
}

/** A met value, short enough for a message. */
export function got(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "string") return shown(value);
  if (typeof value !== "object" || value === null) return String(value);
  if (!Array.isArray(value)) return "an object";
  const isPlain = value.length <= 3 && value.every((it) => typeof it === "number");
  return isPlain ? `[${value.join(", ")}]` : `a list of ${value.length}`;
}
