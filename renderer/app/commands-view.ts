import { canvasView } from "../canvas/controls.ts";
import { prefer, preferences, toggle } from "../state/preferences.ts";
import type { AppCommand } from "./commands.ts";
import { type DockTab, dockTabs, openDialog, showDock } from "./windows.ts";

export const dockTitles: Readonly<Record<DockTab, string>> = {
  training: "Training",
  maps: "Feature maps",
  data: "Data",
  compare: "Compare",
  code: "Code",
  problems: "Problems",
};

export function viewCommands(): readonly AppCommand[] {
  const section = "View";
  const { theme, palette, inspector, dock, minimap } = preferences.getState();
  const shown = (on: boolean, what: string) => `${on ? "Hide" : "Show"} ${what}`;
  return [
    {
      id: "commandPalette",
      title: "All commands…",
      section,
      keys: ["Mod+K", "Mod+Shift+P"],
      whileTyping: true,
      onlyKeys: true,
      run: () => openDialog("commands"),
    },
    {
      id: "shortcuts",
      title: "Keyboard shortcuts",
      section,
      keys: ["?"],
      run: () => openDialog("shortcuts"),
    },
    { id: "zoomIn", title: "Zoom in", section, keys: ["Mod+=", "Mod++"], run: () => canvasView()?.zoomIn() },
    { id: "zoomOut", title: "Zoom out", section, keys: ["Mod+-"], run: () => canvasView()?.zoomOut() },
    { id: "fit", title: "Show everything", section, keys: ["Mod+0", "F"], run: () => canvasView()?.fit() },
    {
      id: "actualSize",
      title: "Actual size",
      section,
      keys: ["Mod+1"],
      run: () => canvasView()?.zoomToActualSize(),
    },
    {
      id: "minimap",
      title: shown(minimap, "the overview"),
      section,
      keys: ["M"],
      run: () => toggle("minimap"),
    },
    {
      id: "palette",
      title: shown(palette, "the layers"),
      section,
      keys: ["Mod+B"],
      run: () => toggle("palette"),
    },
    {
      id: "inspector",
      title: shown(inspector, "the inspector"),
      section,
      keys: ["Mod+I"],
      run: () => toggle("inspector"),
    },
    { id: "dock", title: shown(dock, "the dock"), section, keys: ["Mod+J"], run: () => toggle("dock") },
    ...dockTabs.map((tab, index) => ({
      id: `dock ${tab}`,
      title: `Show ${dockTitles[tab]}`,
      section,
      keys: [`Alt+${index + 1}`],
      run: () => {
        prefer({ dock: true });
        showDock(tab);
      },
    })),
    ...(["system", "light", "dark"] as const).map((it) => ({
      id: `theme ${it}`,
      title: it === "system" ? "Theme: as the system" : `Theme: ${it}`,
      section,
      blocked: theme === it ? "This is the theme now." : undefined,
      run: () => prefer({ theme: it }),
    })),
  ];
}
