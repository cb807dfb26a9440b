import { join } from "node:path";
import { app, type BrowserWindow, dialog } from "electron/main";
import { modelEndings, tableEndings } from "../../shared/protocol/desktop.ts";
import type { Dialogs } from "../desktop.ts";

/** The system's dialogs, attached to the window. */
export function dialogsOf(window: BrowserWindow): Dialogs {
  return {
    async chooseToOpen() {
      const chosen = await dialog.showOpenDialog(window, {
        title: "Open a design, or a model to import",
        // A model.json may come with its weights; alone, it finds them beside it.
        properties: ["openFile", "multiSelections"],
        filters: [
          {
            name: "Designs and models",
            extensions: [...documents.extensions, ...modelEndings.filter((it) => it !== "bin")],
          },
          documents,
          { name: "All files", extensions: ["*"] },
        ],
      });
      return chosen.canceled ? [] : chosen.filePaths;
    },
    async chooseTable() {
      const chosen = await dialog.showOpenDialog(window, {
        title: "Open a table",
        properties: ["openFile"],
        filters: [tables, { name: "All files", extensions: ["*"] }],
      });
      return chosen.canceled ? undefined : chosen.filePaths[0];
    },
    async choosePlace(suggestedName, what) {
      const chosen = await dialog.showSaveDialog(window, {
        title: what === "document" ? "Save the design" : "Export",
        defaultPath: join(app.getPath("documents"), suggestedName),
        ...(what === "document" ? { filters: [documents] } : {}),
      });
      return chosen.canceled || chosen.filePath === "" ? undefined : chosen.filePath;
    },
    async chooseFolder(title, button) {
      const chosen = await dialog.showOpenDialog(window, {
        title,
        // macOS shows no title on this dialog.
        message: title,
        buttonLabel: button,
        properties: ["openDirectory", "createDirectory"],
      });
      return chosen.canceled ? undefined : chosen.filePaths[0];
    },
    async ask(message, detail, buttons) {
      const { response } = await dialog.showMessageBox(window, {
        type: "question",
        message,
        detail,
        buttons: [...buttons],
        defaultId: 0,
        cancelId: buttons.length - 1,
        noLink: true,
      });
      return response;
    },
  };
}

const tables = { name: "Tables (CSV)", extensions: [...tableEndings, "txt"] };
const documents = { name: "Receptive designs", extensions: ["receptive"] };
