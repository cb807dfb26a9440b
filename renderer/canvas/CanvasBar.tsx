import { useStore as useFlow } from "@xyflow/react";
import { Map as MapIcon, Maximize, Minus, Plus, Workflow } from "lucide-react";
import { arrange } from "../../shared/graph/arrange.ts";
import { toggle, usePreference } from "../state/preferences.ts";
import { editDesign } from "../state/workspace.ts";
import { Button, IconButton } from "../ui/Button.tsx";
import { canvasView } from "./controls.ts";

/** Zoom and order, at the lower left of the canvas. */
export function CanvasBar() {
  const zoom = useFlow((state) => Math.round(state.transform[2] * 100));
  const minimap = usePreference("minimap");
  return (
    <div className="canvas-bar" role="toolbar" aria-label="View">
      <IconButton label="Zoom out" keys="Mod+-" icon={<Minus />} onClick={() => canvasView()?.zoomOut()} />
      <Button
        look="quiet"
        className="canvas-zoom"
        hint="Actual size"
        keys="Mod+0"
        onClick={() => canvasView()?.zoomToActualSize()}
      >
        {zoom} %
      </Button>
      <IconButton label="Zoom in" keys="Mod+=" icon={<Plus />} onClick={() => canvasView()?.zoomIn()} />
      <IconButton label="Show everything" keys="F" icon={<Maximize />} onClick={() => canvasView()?.fit()} />
      <IconButton label="Tidy" keys="Mod+Shift+L" icon={<Workflow />} onClick={tidy} />
      <IconButton
        label="Overview"
        keys="M"
        icon={<MapIcon />}
        aria-pressed={minimap}
        onClick={() => toggle("minimap")}
      />
    </div>
  );
}

/** Arranges all cards and shows them. */
export function tidy(): void {
  editDesign(arrange);
  requestAnimationFrame(() => canvasView()?.begin());
}
