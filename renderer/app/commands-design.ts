import { documentOf, workspace } from "../state/workspace.ts";
import type { AppCommand } from "./commands.ts";
import { duplicateDesignOnCanvas, newDesign, removeDesignOnCanvas, showNeighbour } from "./designs.ts";

export function designCommands(): readonly AppCommand[] {
  const { designs } = documentOf(workspace.getState());
  const section = "Designs";
  const alone = designs.length < 2 ? "There is only one design." : undefined;
  return [
    { id: "newDesign", title: "New design", section, run: newDesign },
    { id: "duplicateDesign", title: "Duplicate this design", section, run: duplicateDesignOnCanvas },
    { id: "removeDesign", title: "Delete this design", section, blocked: alone, run: removeDesignOnCanvas },
    {
      id: "nextDesign",
      title: "Next design",
      section,
      keys: ["Mod+PageDown"],
      blocked: alone,
      run: () => showNeighbour(1),
    },
    {
      id: "previousDesign",
      title: "Previous design",
      section,
      keys: ["Mod+PageUp"],
      blocked: alone,
      run: () => showNeighbour(-1),
    },
  ];
}
