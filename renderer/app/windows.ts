import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";

export const dockTabs = ["training", "maps", "data", "compare", "code", "problems"] as const;
export type DockTab = (typeof dockTabs)[number];
export type DialogName = "commands" | "shortcuts" | "export" | "import" | "recipe" | "twins";

/** What of the window is open; nothing of it belongs to the document. */
interface Windows {
  readonly screen: "gallery" | "workbench";
  readonly dialog: DialogName | undefined;
  readonly dock: DockTab;
  /** Why the last file could not be opened, for the gallery. */
  readonly trouble: string | undefined;
}

export const windows = createStore<Windows>(() => ({
  screen: "gallery",
  dialog: undefined,
  dock: "training",
  trouble: undefined,
}));
export const useWindows = <T>(select: (state: Windows) => T): T => useStore(windows, select);

export const showGallery = (): void => windows.setState({ screen: "gallery", dialog: undefined });
export const showWorkbench = (): void => windows.setState({ screen: "workbench", trouble: undefined });
export const openDialog = (dialog: DialogName): void => windows.setState({ dialog });
export const closeDialog = (): void => windows.setState({ dialog: undefined });
export const showDock = (dock: DockTab): void => windows.setState({ dock });
