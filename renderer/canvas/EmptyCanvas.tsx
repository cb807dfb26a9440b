import { addNode } from "../../shared/graph/edits.ts";
import { editDesign, selectNodes } from "../state/workspace.ts";
import { Button } from "../ui/Button.tsx";
import { Keys } from "../ui/Keys.tsx";
import { canvasView } from "./controls.ts";

export const EmptyCanvas = () => (
  <div className="empty-canvas">
    <h2>An empty design</h2>
    <p>
      Begin with the image that enters the network. Then drag layers from the palette, or press{" "}
      <Keys keys="A" /> and type.
    </p>
    <Button look="primary" onClick={begin}>
      Add an input
    </Button>
  </div>
);

function begin(): void {
  let id = "";
  editDesign((design) => {
    const added = addNode(design, "input", [0, 0]);
    id = added.id;
    return added.graph;
  });
  selectNodes([id]);
  canvasView()?.focus(id);
}
