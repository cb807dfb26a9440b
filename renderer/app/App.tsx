import { Notices } from "../ui/Notices.tsx";
import { TooltipProvider } from "../ui/Tooltip.tsx";
import { CommandPalette } from "./CommandPalette.tsx";
import { FirstWindow } from "./FirstWindow.tsx";
import { Shortcuts } from "./Shortcuts.tsx";
import { useSurroundings } from "./surroundings.ts";
import { Workbench } from "./Workbench.tsx";
import { useWindows } from "./windows.ts";

export function App() {
  useSurroundings();
  const screen = useWindows((state) => state.screen);
  const dialog = useWindows((state) => state.dialog);
  return (
    <TooltipProvider>
      {screen === "gallery" ? <FirstWindow /> : <Workbench />}
      {dialog === "commands" && <CommandPalette />}
      {dialog === "shortcuts" && <Shortcuts />}
      <Notices />
    </TooltipProvider>
  );
}
