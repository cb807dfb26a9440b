import { addNode, insertOnWire } from "../../shared/graph/edits.ts";
import type { KindName } from "../../shared/nodes/index.ts";
import { kinds } from "../../shared/nodes/index.ts";
import { activeDesign, editDesign, focusedNode, selectNodes, workspace } from "../state/workspace.ts";
import { addBehind, freePlace, lastLayer } from "./add-layer.ts";
import { canvasView, openQuickAdd, type QuickAddTarget, type ScreenPoint } from "./controls.ts";
import { cornerUnder } from "./place.ts";

/** Where a layer goes that was chosen without a place: on the selected wire, behind the selected or the last layer. */
export function chosenTarget(): QuickAddTarget {
  const state = workspace.getState();
  if (state.selectedWire) return { wire: state.selectedWire };
  const from = focusedNode(state) ?? lastLayer(activeDesign(state));
  return from === undefined ? { loose: true } : { from };
}

/** Adds a layer, selects it and brings it into sight. */
export function addLayer(kind: KindName, target = chosenTarget(), at?: ScreenPoint): string {
  let id = "";
  editDesign((design) => {
    const place = freePlace(design, cornerUnder(at ?? canvasView()?.middle() ?? { x: 0, y: 0 }));
    const isLoose = "loose" in target || kinds[kind].takes === "nothing";
    const added = isLoose
      ? addNode(design, kind, at ? cornerUnder(at) : place)
      : "wire" in target
        ? insertOnWire(design, target.wire, kind)
        : addBehind(design, target.from, kind);
    id = added.id;
    return added.graph;
  });
  selectNodes([id]);
  // The canvas learns of the new card with the next frame.
  requestAnimationFrame(() => canvasView()?.reveal(id));
  return id;
}

/** The list of layers in the middle of the canvas, or where the pointer is. */
export function askForLayer(at?: ScreenPoint): void {
  const place = at ?? canvasView()?.middle();
  if (place) openQuickAdd(place, chosenTarget());
}
