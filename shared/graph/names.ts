import type { Document } from "./document.ts";
import { limits } from "./limits.ts";

// Control characters, halves of surrogate pairs and noncharacters: no tab can show them and no SVG may hold them.
const unprintable = /[\p{Cc}\p{Cs}\u2028\u2029\ufffe\uffff]/u;

/** Why a text cannot be a design's name ("must …"), or undefined when it can. */
export function wrongDesignName(name: string): string | undefined {
  if (name.trim() === "") return "must not be empty";
  if (name !== name.trim()) return "must not begin or end with a space";
  if (name.length > limits.name) return `must have at most ${limits.name} characters, got ${name.length}`;
  if (unprintable.test(name)) return "must be one line of printable characters";
  return undefined;
}

/** Why a design cannot get this name, in a sentence for the user, or undefined when it can. */
export function canRenameDesign(document: Document, name: string, to: string): string | undefined {
  if (name === to) return undefined;
  const wrong = wrongDesignName(to);
  if (wrong) return `A design's name ${wrong}.`;
  return document.designs.some((it) => it.name === to)
    ? `Another design is called ${to} already.`
    : undefined;
}

/** The wanted name, or with the first free number: `CNN`, `CNN 2`. */
export function freeDesignName(document: Document, wanted: string): string {
  const taken = new Set(document.designs.map((it) => it.name));
  if (!taken.has(wanted)) return wanted;
  const stem = wanted.replace(/ \d{1,6}$/, "").slice(0, limits.name - 8);
  let number = 2;
  while (taken.has(`${stem} ${number}`)) number++;
  return `${stem} ${number}`;
}
