import { readDataChoice } from "../train/dataset.ts";
import { readRecipe } from "../train/recipe.ts";
import type { Clip } from "./clip.ts";
import type { Document } from "./document.ts";
import type { Design } from "./graph.ts";
import { parseJson } from "./json.ts";
import { limits } from "./limits.ts";
import { migrated } from "./migrations.ts";
import { wrongDesignName } from "./names.ts";
import { readGraph } from "./read-graph.ts";
import {
  answered,
  type Fields,
  known,
  list,
  record,
  refuse,
  string,
  type Unreadable,
  unique,
} from "./reading.ts";

/**
 * The document in a `.receptive` file's text. Refuses broken, newer, hostile and oversized files; values that only a
 * setting's own range refuses are read, and the compiler reports them on their node.
 */
export function readDocument(text: string): Document | Unreadable {
  return answered(() => {
    const written = record(parsed(text), "The document");
    const newest = migrated(written);
    if ("refused" in newest) refuse(newest.refused);
    return document(newest.document);
  });
}

/** Copied nodes from a clipboard's text, checked as strictly as a document. */
export function readClip(text: string): Clip | Unreadable {
  return answered(() => {
    const { receptiveClip, ...written } = record(parsed(text), "The clipboard");
    if (receptiveClip !== 1) refuse("The clipboard holds no layers of this version of Receptive.");
    known(written, "The clipboard", ["nodes", "wires"]);
    return readGraph(written, "");
  });
}

function parsed(text: string): unknown {
  const json = parseJson(text);
  return "refused" in json ? refuse(json.refused) : json.value;
}

function document(written: Fields): Document {
  known(written, "The document", ["designs", "data", "recipe"]);
  const designs = list(written.designs, "designs", limits.designs).map((it, index) =>
    design(it, `designs[${index}]`),
  );
  if (designs.length === 0) refuse("designs is empty. A document holds at least one design.");
  unique(
    designs.map((it) => it.name),
    (index) => `designs[${index}].name`,
  );
  const data = readDataChoice(written.data);
  if ("refused" in data) refuse(`${data.refused}.`);
  const recipe = readRecipe(written.recipe);
  if ("refused" in recipe) refuse(`${recipe.refused}.`);
  return { designs, data, recipe };
}

function design(value: unknown, place: string): Design {
  const written = record(value, place);
  known(written, place, ["name", "nodes", "wires"]);
  const name = string(written.name, `${place}.name`);
  const wrong = wrongDesignName(name);
  if (wrong) refuse(`${place}.name ${wrong}.`);
  return { name, ...readGraph(written, `${place}.`) };
}
