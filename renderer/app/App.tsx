import { canvasView } from "../canvas/controls.ts";
import { ExplanationPanel } from "../ui/ExplanationPanel.tsx";
import { Notices } from "../ui/Notices.tsx";
import { TooltipProvider } from "../ui/Tooltip.tsx";
import { ExportPanel } from "../views/export/ExportPanel.tsx";
import { TwinsPanel } from "../views/twins/TwinsPanel.tsx";
import { CommandPalette } from "./CommandPalette.tsx";
import { FirstWindow } from "./FirstWindow.tsx";
import { theHost } from "./host.ts";
import { ImportPanel } from "./ImportPanel.tsx";
import { RecipeDialog } from "./RecipeDialog.tsx";
import { Shortcuts } from "./Shortcuts.tsx";
import { Surroundings } from "./Surroundings.ts";
import { Workbench } from "./Workbench.tsx";
import { closeDialog, useWindows } from "./windows.ts";

export function App() {
  const screen = useWindows((state) => state.screen);
  const dialog = useWindows((state) => state.dialog);
  return (
    <TooltipProvider>
      <Surroundings />
      {screen === "gallery" ? <FirstWindow /> : <Workbench />}
      {dialog === "commands" && <CommandPalette />}
      {dialog === "shortcuts" && <Shortcuts />}
      {dialog === "export" && <ExportPanel host={theHost()} onClose={closeDialog} />}
      {dialog === "import" && <ImportPanel />}
      {dialog === "recipe" && <RecipeDialog />}
      {dialog === "twins" && <TwinsPanel onClose={closeDialog} onReplaced={reveal} />}
      <Notices />
      <ExplanationPanel />
    </TooltipProvider>
  );
}

/** Once its card is there. */
const reveal = (id: string): void => void requestAnimationFrame(() => canvasView()?.reveal(id));
