import {
  convolutionalTwin,
  fullyConnectedTwin,
  twinRefusal,
} from "../../shared/compile/twins/design-twin.ts";
import { siteOf } from "../../shared/compile/twins/site.ts";
import { aroundOf, planOf } from "../state/plans.ts";
import { session } from "../state/session.ts";
import { activeDesign, documentOf, focusedNode, workspace } from "../state/workspace.ts";
import type { AppCommand } from "./commands.ts";
import { addTwin } from "./designs.ts";
import { openDialog } from "./windows.ts";

/** One job done by a fully connected, a locally connected and a convolutional layer, or by two kinds of design. */
export function twinCommands(): readonly AppCommand[] {
  const state = workspace.getState();
  const design = activeDesign(state);
  const plan = planOf(design, aroundOf(documentOf(state), session.getState()));
  const id = focusedNode(state);
  const site = id === undefined ? { refused: "Select one layer." } : siteOf(design, plan, id);
  const section = "Twins";
  return [
    {
      id: "twins",
      title: id === undefined ? "Show twins" : `Show twins of ${id}`,
      section,
      keys: ["T"],
      blocked: "refused" in site ? site.refused : undefined,
      run: () => openDialog("twins"),
    },
    {
      id: "fullyConnectedTwin",
      title: "Make the fully connected twin",
      section,
      blocked: twinRefusal(plan, "fully connected"),
      run: () => addTwin(fullyConnectedTwin),
    },
    {
      id: "convolutionalTwin",
      title: "Make the convolutional twin",
      section,
      blocked: twinRefusal(plan, "convolutional"),
      run: () => addTwin(convolutionalTwin),
    },
  ];
}
