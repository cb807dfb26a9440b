import type { AppCommand } from "./commands.ts";
import { newFile, openFile, saveFile, saveFileAs } from "./files.ts";
import { openDialog, showGallery, windows } from "./windows.ts";

const file = (id: string, title: string, keys: readonly string[], run: () => unknown): AppCommand => ({
  id,
  title,
  section: "File",
  keys,
  whileTyping: true,
  inGallery: id === "new" || id === "open",
  run: () => void run(),
});

export const fileCommands = (): readonly AppCommand[] => [
  file("new", "New", ["Mod+N"], newFile),
  file("open", "Open…", ["Mod+O"], openFile),
  file("save", "Save", ["Mod+S"], saveFile),
  file("saveAs", "Save as…", ["Mod+Shift+S"], saveFileAs),
  file("export", "Export…", ["Mod+E"], () => openDialog("export")),
  {
    ...file("gallery", "Gallery", ["Mod+Shift+G"], showGallery),
    blocked: windows.getState().screen === "gallery" ? "The gallery is open." : undefined,
  },
];
