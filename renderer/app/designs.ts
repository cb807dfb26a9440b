import type { DesignTwin } from "../../shared/compile/twins/design-twin.ts";
import type { NoSite } from "../../shared/compile/twins/site.ts";
import { chain } from "../../shared/graph/chain.ts";
import type { Document } from "../../shared/graph/document.ts";
import {
  type AddedDesign,
  addDesign,
  duplicateDesign,
  removeDesign,
  renameDesign as renamed,
} from "../../shared/graph/edit-document.ts";
import type { Design } from "../../shared/graph/graph.ts";
import { complain, say } from "../state/notices.ts";
import { runFollowsName } from "../state/orders.ts";
import { activeDesign, documentOf, editDocument, showDesign, workspace } from "../state/workspace.ts";

/** A new design with the same input as the one on the canvas, so that both fit the same images. */
export function newDesign(): void {
  const [input] = activeDesign(workspace.getState()).nodes.filter((it) => it.kind === "input");
  grow((document) => addDesign(document, chain("Design", [["input", input?.values ?? {}]])));
}

export const duplicateDesignOnCanvas = (): void =>
  grow((document) => duplicateDesign(document, nameOnCanvas()));

/** A second design for the same task beside the one on the canvas, and what was held equal. */
export function addTwin(make: (design: Design) => DesignTwin | NoSite): void {
  const twin = make(activeDesign(workspace.getState()));
  if ("refused" in twin) {
    complain(twin.refused);
    return;
  }
  const before = documentOf(workspace.getState());
  grow((document) => addDesign(document, twin.design, nameOnCanvas()));
  if (documentOf(workspace.getState()) === before) complain("The document holds as many designs as it can.");
  else say(twin.held);
}

export function removeDesignOnCanvas(): void {
  const name = nameOnCanvas();
  editDocument((document) => removeDesign(document, name));
  showDesign(Math.max(0, workspace.getState().active - 1));
}

export function renameDesign(from: string, to: string): void {
  runFollowsName(from, to);
  editDocument((document) => renamed(document, from, to));
}

/** The tab `steps` to the right, around the end. */
export function showNeighbour(steps: number): void {
  const state = workspace.getState();
  const { designs } = documentOf(state);
  const at = designs.indexOf(activeDesign(state));
  showDesign((at + steps + designs.length) % designs.length);
}

const nameOnCanvas = (): string => activeDesign(workspace.getState()).name;

function grow(add: (document: Document) => AddedDesign): void {
  const { document, name } = add(documentOf(workspace.getState()));
  editDocument(() => document);
  showDesign(document.designs.findIndex((it) => it.name === name));
}
