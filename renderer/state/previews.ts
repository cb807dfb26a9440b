import type { Repair } from "../../shared/compile/plan.ts";
import { type Preview, previewOf } from "../../shared/compile/preview.ts";
import { dataShapeOf } from "./plans.ts";
import { session } from "./session.ts";
import { activeDesign, documentOf, workspace } from "./workspace.ts";

/** What a repair would change in the design on the canvas. */
export function previewHere(repair: Repair): Preview {
  const work = workspace.getState();
  const data = dataShapeOf(documentOf(work), session.getState().data);
  return previewOf(activeDesign(work), repair, { data });
}
