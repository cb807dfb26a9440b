import { type Wire, wireKey } from "../../shared/graph/graph.ts";
import { activeDesign, workspace } from "../state/workspace.ts";

/** The wire under a pointer, also where a card that is being dragged lies over it. */
export function wireUnder(event: object): Wire | undefined {
  if (!("clientX" in event) || !("clientY" in event)) return undefined;
  const elements = document.elementsFromPoint(Number(event.clientX), Number(event.clientY));
  const key = elements
    .map((it) => it.closest(".react-flow__edge")?.getAttribute("data-id"))
    .find((it) => it != null);
  return activeDesign(workspace.getState()).wires.find((it) => wireKey(it) === key);
}
