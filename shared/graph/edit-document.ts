import type { DataChoice } from "../train/dataset.ts";
import type { Recipe } from "../train/recipe.ts";
import type { Document } from "./document.ts";
import type { Design } from "./graph.ts";
import { limits } from "./limits.ts";
import { canRenameDesign, freeDesignName } from "./names.ts";

// As in edits.ts: old value to new value, and the old one where nothing changes or the edit cannot be made.

export interface AddedDesign {
  readonly document: Document;
  /** The name that the design got, or of the first design where there is no room for another. */
  readonly name: string;
}

export const designOf = (document: Document, name: string): Design | undefined =>
  document.designs.find((it) => it.name === name);

/** Adds a design at the end, or behind the one named `after`; a name that is taken gets the next number. */
export function addDesign(document: Document, design: Design, after?: string): AddedDesign {
  if (document.designs.length >= limits.designs) return { document, name: document.designs[0]?.name ?? "" };
  const name = freeDesignName(document, design.name);
  const before = document.designs.findIndex((it) => it.name === after);
  const designs = document.designs.toSpliced(
    before === -1 ? document.designs.length : before + 1,
    0,
    name === design.name ? design : { ...design, name },
  );
  return { document: { ...document, designs }, name };
}

/** A copy behind its original. */
export function duplicateDesign(document: Document, name: string): AddedDesign {
  const design = designOf(document, name);
  return design ? addDesign(document, design, name) : { document, name };
}

/** `canRenameDesign` says why nothing happens. */
export function renameDesign(document: Document, name: string, to: string): Document {
  const design = designOf(document, name);
  if (!design || name === to || canRenameDesign(document, name, to)) return document;
  return replaceDesign(document, name, { ...design, name: to });
}

/** The last design stays: a document holds at least one. */
export function removeDesign(document: Document, name: string): Document {
  const designs = document.designs.filter((it) => it.name !== name);
  return designs.length === 0 || designs.length === document.designs.length
    ? document
    : { ...document, designs };
}

/** Takes an edited design in place of the one with this name. */
export function replaceDesign(document: Document, name: string, design: Design): Document {
  const designs = document.designs.map((it) => (it.name === name ? design : it));
  return designs.every((it, index) => it === document.designs[index]) ? document : { ...document, designs };
}

export const setRecipe = (document: Document, recipe: Recipe): Document =>
  recipe === document.recipe ? document : { ...document, recipe };

export const setData = (document: Document, data: DataChoice): Document =>
  data === document.data ? document : { ...document, data };
