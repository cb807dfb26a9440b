import { shown } from "./json.ts";

/** A document's JSON value before any of its parts is checked. */
export type Written = Readonly<Record<string, unknown>>;

/** Brings a document one version up; what it does not understand it hands on for the reader to refuse. */
export type Migration = (older: Written) => Written;

/** The step from version 1 to 2 stands first, and so on. A new format version adds one step and changes none. */
export const migrations: readonly Migration[] = [];

/** A document of any earlier version as one of the newest version, without its version number. */
export function migrated(
  { receptive: version, ...rest }: Written,
  steps = migrations,
): { readonly document: Written } | { readonly refused: string } {
  const newest = steps.length + 1;
  if (version === undefined)
    return { refused: 'This is not a Receptive document: it has no format version "receptive" at its top.' };
  if (typeof version !== "number" || !Number.isInteger(version) || version < 1)
    return { refused: `receptive must be the format version, a whole number from 1, got ${show(version)}.` };
  if (version > newest) {
    const known = `this Receptive reads up to version ${newest}`;
    return { refused: `The document has format version ${version}, ${known}. Install a newer Receptive.` };
  }
  return { document: steps.slice(version - 1).reduce<Written>((older, step) => step(older), rest) };
}

const show = (value: unknown): string =>
  typeof value === "number" ? String(value) : shown(JSON.stringify(value));
