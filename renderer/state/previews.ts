import type { Repair } from "../../shared/compile/plan.ts";
import { type Preview, previewOf } from "../../shared/compile/preview.ts";
import { aroundOf } from "./plans.ts";
import { session } from "./session.ts";
import { activeDesign, documentOf, workspace } from "./workspace.ts";

/** What a repair would change in the design on the canvas. */
export function previewHere(repair: Repair): Preview {
  const work = workspace.getState();
  return previewOf(activeDesign(work), repair, aroundOf(documentOf(work), session.getState()));
}
