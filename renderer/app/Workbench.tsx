import { useEffect } from "react";
import { Group, Panel, Separator, useDefaultLayout, usePanelRef } from "react-resizable-panels";
import { Canvas } from "../canvas/Canvas.tsx";
import { QuickAdd } from "../canvas/QuickAdd.tsx";
import { Inspector } from "../inspector/Inspector.tsx";
import { Palette } from "../palette/Palette.tsx";
import { prefer, preferences, usePreference } from "../state/preferences.ts";
import { CanvasMenu } from "./CanvasMenu.tsx";
import { Dock } from "./Dock.tsx";
import { DropZone } from "./DropZone.tsx";
import { StatusBar } from "./StatusBar.tsx";
import { TopBar } from "./TopBar.tsx";
import "./workbench.css";

/** Network and run side by side: palette, canvas, inspector, and the dock below. */
export function Workbench() {
  const columns = useDefaultLayout({ id: "receptive.columns", panelIds: ["palette", "middle", "inspector"] });
  const rows = useDefaultLayout({ id: "receptive.rows", panelIds: ["canvas", "dock"] });
  return (
    <DropZone>
      <TopBar />
      <Group id="columns" className="workbench" orientation="horizontal" {...columns}>
        <SidePanel name="palette" size={192} min={168} max={320}>
          <Palette />
        </SidePanel>
        <Separator className="separator" aria-label="Width of the layers" />
        <Panel id="middle" minSize={320}>
          <Group id="rows" orientation="vertical" {...rows}>
            <Panel id="canvas" minSize={160}>
              <CanvasMenu>
                <Canvas />
              </CanvasMenu>
            </Panel>
            <Separator className="separator" aria-label="Height of the dock" />
            <SidePanel name="dock" size={232} min={140} max="75%">
              <Dock />
            </SidePanel>
          </Group>
        </Panel>
        <Separator className="separator" aria-label="Width of the inspector" />
        <SidePanel name="inspector" size={280} min={240} max={480}>
          <Inspector />
        </SidePanel>
      </Group>
      <StatusBar />
      <QuickAdd />
    </DropZone>
  );
}

interface SidePanelProps {
  readonly name: "palette" | "inspector" | "dock";
  readonly size: number;
  readonly min: number;
  readonly max: number | string;
  readonly children: React.ReactNode;
}

/** A panel that a command hides and a drag to the edge closes; both are remembered. */
function SidePanel({ name, size, min, max, children }: SidePanelProps) {
  const shown = usePreference(name);
  const panel = usePanelRef();
  useEffect(() => {
    if (shown) panel.current?.expand();
    else panel.current?.collapse();
  }, [shown, panel]);
  return (
    <Panel
      id={name}
      panelRef={panel}
      className={name}
      defaultSize={size}
      minSize={min}
      maxSize={max}
      collapsible
      groupResizeBehavior="preserve-pixel-size"
      onResize={({ inPixels }) => {
        const isOpen = inPixels > 0;
        if (preferences.getState()[name] !== isOpen) prefer({ [name]: isOpen });
      }}
    >
      {shown && children}
    </Panel>
  );
}
