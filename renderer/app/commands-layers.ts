import { canConnect, connect } from "../../shared/graph/edits.ts";
import { addLayer } from "../canvas/add-chosen.ts";
import { canvasView } from "../canvas/controls.ts";
import { activeDesign, editDesign, focusedNode, selectNodes, workspace } from "../state/workspace.ts";
import { kindList } from "../ui/kind-list.ts";
import type { AppCommand } from "./commands.ts";

/** Adding every kind, and wiring and finding every layer, by name: the whole drawing can be made from the keyboard. */
export function layerCommands(): readonly AppCommand[] {
  const design = activeDesign(workspace.getState());
  const from = focusedNode(workspace.getState());
  const targets =
    from === undefined
      ? []
      : design.nodes.filter(
          ({ id }) =>
            canConnect(design, from, id) === undefined &&
            !design.wires.some((it) => it.from === from && it.to === id),
        );
  return [
    ...kindList.map(({ name, kind }) => ({
      id: `add ${name}`,
      title: `Add ${kind.title}`,
      section: "Layers",
      run: () => void addLayer(name),
    })),
    ...targets.map(({ id }) => ({
      id: `connect ${id}`,
      title: `Connect ${from} to ${id}`,
      section: "Wires",
      run: () => editDesign((before) => connect(before, from ?? "", id)),
    })),
    ...design.nodes.map(({ id }) => ({
      id: `go ${id}`,
      title: `Go to ${id}`,
      section: "Find",
      run: () => {
        selectNodes([id]);
        canvasView()?.reveal(id);
        canvasView()?.focus(id);
      },
    })),
  ];
}
