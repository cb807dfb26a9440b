import { type DragEvent, useState } from "react";
import { addNode, insertOnWire } from "../../shared/graph/edits.ts";
import { wireKey } from "../../shared/graph/graph.ts";
import { isKindName } from "../../shared/nodes/index.ts";
import { editDesign, selectNodes } from "../state/workspace.ts";
import { kindDragType } from "../ui/kind-list.ts";
import { cornerUnder } from "./place.ts";
import { wireUnder } from "./wire-under.ts";

/** Takes layers that are dragged from the palette. `target` is the wire that a drop would insert into, by its key. */
export function useDropping() {
  const [target, setTarget] = useState<string>();
  return {
    target,
    onDragOver: (event: DragEvent) => {
      if (!event.dataTransfer.types.includes(kindDragType)) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = "copy";
      const wire = wireUnder(event);
      setTarget(wire && wireKey(wire));
    },
    onDragLeave: () => setTarget(undefined),
    onDrop: (event: DragEvent) => {
      setTarget(undefined);
      const kind = event.dataTransfer.getData(kindDragType);
      if (!isKindName(kind)) return;
      event.preventDefault();
      const wire = wireUnder(event);
      const at = cornerUnder({ x: event.clientX, y: event.clientY });
      let id = "";
      editDesign((design) => {
        const added = wire ? insertOnWire(design, wire, kind) : addNode(design, kind, at);
        id = added.id;
        return added.graph;
      });
      selectNodes([id]);
    },
  };
}
