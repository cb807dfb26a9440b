import { Menu, type MenuItemConstructorOptions } from "electron/main";
import type { MenuCommand } from "../../shared/protocol/desktop.ts";

/** The menu only names commands; the window carries them out, as it does for its own buttons and keys. */
export function showMenu(isMac: boolean, run: (command: MenuCommand) => void): void {
  const item = (command: MenuCommand, label: string, accelerator?: string): MenuItemConstructorOptions => ({
    id: command,
    label,
    click: () => run(command),
    ...(accelerator === undefined ? {} : { accelerator }),
  });
  const line: MenuItemConstructorOptions = { type: "separator" };
  const quit: readonly MenuItemConstructorOptions[] = isMac ? [] : [line, { role: "quit" }];

  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      ...(isMac ? [{ role: "appMenu" } satisfies MenuItemConstructorOptions] : []),
      {
        label: "File",
        submenu: [
          item("new", "New", "CmdOrCtrl+N"),
          item("open", "Open…", "CmdOrCtrl+O"),
          item("gallery", "Gallery", "CmdOrCtrl+Shift+G"),
          line,
          item("save", "Save", "CmdOrCtrl+S"),
          item("saveAs", "Save as…", "CmdOrCtrl+Shift+S"),
          item("export", "Export…", "CmdOrCtrl+E"),
          ...quit,
        ],
      },
      {
        label: "Edit",
        submenu: [
          item("undo", "Undo", "CmdOrCtrl+Z"),
          item("redo", "Redo", "CmdOrCtrl+Shift+Z"),
          line,
          // Roles raise the page's own clipboard events, in text fields as on the canvas.
          { role: "cut" },
          { role: "copy" },
          { role: "paste" },
          { role: "selectAll" },
          line,
          item("duplicate", "Duplicate", "CmdOrCtrl+D"),
          item("delete", "Delete"),
        ],
      },
      {
        label: "Design",
        submenu: [
          item("quickAdd", "Add layer…"),
          item("tidy", "Tidy layout", "CmdOrCtrl+Shift+L"),
          line,
          item("commandPalette", "All commands…", "CmdOrCtrl+K"),
        ],
      },
      {
        label: "Train",
        submenu: [
          item("train", "Train", "CmdOrCtrl+Enter"),
          item("pause", "Pause or continue"),
          item("stepBatch", "One step"),
          item("stepEpoch", "One epoch"),
          item("stop", "Stop", "CmdOrCtrl+."),
        ],
      },
      {
        label: "View",
        submenu: [
          item("zoomIn", "Zoom in", "CmdOrCtrl+Plus"),
          item("zoomOut", "Zoom out", "CmdOrCtrl+-"),
          item("fit", "Show everything", "CmdOrCtrl+0"),
          line,
          { role: "togglefullscreen" },
          { role: "toggleDevTools" },
        ],
      },
      ...(isMac ? [{ role: "windowMenu" } satisfies MenuItemConstructorOptions] : []),
      {
        role: "help",
        submenu: [item("shortcuts", "Keyboard shortcuts"), ...(isMac ? [] : [{ role: "about" } as const])],
      },
    ]),
  );
}
