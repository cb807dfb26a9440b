import { basename, dirname, extname, join } from "node:path";
import {
  choiceOf,
  type Exported,
  type FileHandle,
  isModelName,
  type Opened,
  type OpenedData,
  type OpenedDocument,
  type RecentFile,
  type Save,
  type Saved,
} from "../shared/protocol/desktop.ts";
import { nameOf } from "../shared/train/dataset.ts";
import { readData } from "./files/data-files.ts";
import { isInnerName, stateOfFolder, writeFolder } from "./files/export-files.ts";
import { readModelFiles } from "./files/model-files.ts";
import { decodeDocument, readDocumentFile } from "./files/read-document.ts";
import { type Remembered, withoutRecent, withRecent } from "./files/remembered.ts";
import type { Tokens } from "./files/tokens.ts";
import { explain } from "./files/trouble.ts";
import { writeWhole } from "./files/write-whole.ts";
import type { Answers } from "./ipc.ts";

/** The system's dialogs; undefined is a closed dialog. */
export interface Dialogs {
  /** A document, or the files of a model; none is a closed dialog. */
  chooseToOpen(): Promise<readonly string[]>;
  chooseTable(): Promise<string | undefined>;
  choosePlace(suggestedName: string, what: "document" | "export"): Promise<string | undefined>;
  chooseFolder(title: string, button: string): Promise<string | undefined>;
  /** The index of the chosen button; the last one is what a closed dialog means. */
  ask(message: string, detail: string, buttons: readonly string[]): Promise<number>;
}

/** What the window itself answers, and what the file questions need to know of the world. */
export interface Surroundings
  extends Pick<Answers, "setDirty" | "answerClose" | "setProgress" | "openLink" | "ready"> {
  readonly dialogs: Dialogs;
  readonly tokens: Tokens;
  readonly remembered: Remembered;
  now(): number;
  /** Tells the operating system's own list of recent documents. */
  noteRecent(path: string): void;
}

/** The answers to all the window's questions. Knows paths; the replies carry none. */
export function desktopAnswers(around: Surroundings): Answers {
  const { dialogs, tokens, remembered } = around;

  const noteUse = (path: string): FileHandle => {
    void remembered.change((facts) => withRecent(facts, path, around.now()));
    around.noteRecent(path);
    return tokens.handleFor(path);
  };

  const open = async (path: string): Promise<OpenedDocument> => {
    const read = await readDocumentFile(path);
    if ("failed" in read) return { type: "failed", message: read.failed };
    return { type: "opened", file: noteUse(path), text: read.text };
  };

  const write = async (path: string, text: string): Promise<Saved> => {
    try {
      await writeWhole(path, text);
      return { type: "saved", file: noteUse(path) };
    } catch (error) {
      return { type: "failed", message: explain(error, "save", basename(path)) };
    }
  };

  const saveAs = async ({ suggestedName, text }: Save): Promise<Saved> => {
    const place = await dialogs.choosePlace(withExtension(suggestedName), "document");
    if (place === undefined) return { type: "cancelled" };
    const path = withExtension(place);
    // The dialog asked about the name as it was typed.
    if (path !== place && (await isThere(path)) && !(await mayReplace(dialogs, path)))
      return { type: "cancelled" };
    return write(path, text);
  };

  const openData = async (path: string): Promise<Exclude<OpenedData, { type: "cancelled" }>> => {
    const read = await readData(path);
    if ("failed" in read) return { type: "failed", message: read.failed };
    const { token, name: own } = tokens.handleFor(path);
    const name = nameOf(choiceOf(own, read.files));
    void remembered.change((facts) => ({ ...facts, dataFolders: { ...facts.dataFolders, [name]: path } }));
    return { type: "opened", token, name, files: read.files };
  };

  const openModel = async (paths: readonly string[]): Promise<Opened> => {
    const read = await readModelFiles(paths);
    return "failed" in read ? { type: "failed", message: read.failed } : { type: "model", ...read };
  };

  return {
    setDirty: around.setDirty,
    answerClose: around.answerClose,
    setProgress: around.setProgress,
    openLink: around.openLink,
    ready: around.ready,

    async openDocument() {
      const paths = await dialogs.chooseToOpen();
      const [path, ...others] = paths;
      if (path === undefined) return { type: "cancelled" };
      return others.length || isModelName(path) ? openModel(paths) : open(path);
    },
    async openRecent(token) {
      const path = tokens.pathOf(token);
      return path === undefined
        ? { type: "failed", message: "This file is no longer known. Open it again." }
        : open(path);
    },
    openDroppedPath: open,
    async openDroppedText(name, bytes) {
      const read = decodeDocument(name, bytes);
      if ("failed" in read) return { type: "failed", message: read.failed };
      return { type: "opened", file: tokens.handleWithoutPlace(name), text: read.text };
    },

    async saveDocument(save) {
      const path = tokens.pathOf(save.token);
      return path === undefined ? saveAs(save) : write(path, save.text);
    },
    saveDocumentAs: saveAs,

    listRecent: () =>
      remembered.now.recent.map(
        ({ path, openedAt }): RecentFile => ({
          ...tokens.handleFor(path),
          where: basename(dirname(path)),
          openedAt,
        }),
      ),
    async forgetRecent(token) {
      const path = tokens.pathOf(token);
      if (path !== undefined) await remembered.change((facts) => withoutRecent(facts, path));
      return null;
    },

    exportFiles: ({ suggestedName, files }) => {
      const [first, ...more] = files;
      if (first === undefined || !files.every((it) => isInnerName(it.name)) || !isInnerName(suggestedName))
        throw new Error("exportFiles: names must be relative and stay inside");
      return more.length === 0
        ? exportFile(dialogs, suggestedName, first.bytes)
        : exportFolder(dialogs, suggestedName, files);
    },

    async openDataFolder() {
      const path = await dialogs.chooseFolder("Open a folder of IDX files, or with one CSV table", "Open");
      return path === undefined ? { type: "cancelled" } : openData(path);
    },
    async openDataTable() {
      const path = await dialogs.chooseTable();
      return path === undefined ? { type: "cancelled" } : openData(path);
    },
    async recallData(name) {
      const folders = remembered.now.dataFolders;
      const path = Object.hasOwn(folders, name) ? folders[name] : undefined;
      return path === undefined ? { type: "unknown" } : openData(path);
    },

    async askBeforeLosing(name) {
      const buttons = ["Save", "Don’t save", "Cancel"];
      const chosen = await dialogs.ask(
        `Save the changes to “${name}”?`,
        "Changes that are not saved are lost.",
        buttons,
      );
      return (["save", "discard"] as const)[chosen] ?? "cancel";
    },
  };
}

async function exportFile(dialogs: Dialogs, name: string, bytes: Uint8Array): Promise<Exported> {
  const path = await dialogs.choosePlace(name, "export");
  if (path === undefined) return { type: "cancelled" };
  try {
    await writeWhole(path, bytes);
    return { type: "exported", where: basename(path) };
  } catch (error) {
    return { type: "failed", message: explain(error, "export", basename(path)) };
  }
}

type Files = Parameters<typeof writeFolder>[1];

async function exportFolder(dialogs: Dialogs, name: string, files: Files): Promise<Exported> {
  const parent = await dialogs.chooseFolder(`Choose where the folder “${name}” goes`, "Export here");
  if (parent === undefined) return { type: "cancelled" };
  const folder = join(parent, name);
  const where = join(basename(parent), name);
  try {
    if ((await stateOfFolder(folder)) === "taken" && !(await mayWriteInto(dialogs, name, basename(parent))))
      return { type: "cancelled" };
    await writeFolder(folder, files);
    return { type: "exported", where };
  } catch (error) {
    return { type: "failed", message: explain(error, "export", name) };
  }
}

const mayWriteInto = async (dialogs: Dialogs, name: string, parent: string): Promise<boolean> =>
  (await dialogs.ask(
    `“${parent}” already has a folder “${name}”.`,
    "Exported files replace files of the same name in it; other files stay.",
    ["Export into it", "Cancel"],
  )) === 0;

const mayReplace = async (dialogs: Dialogs, path: string): Promise<boolean> =>
  (await dialogs.ask(`“${basename(path)}” already exists.`, "Saving replaces it.", ["Replace", "Cancel"])) ===
  0;

const isThere = async (path: string): Promise<boolean> => {
  try {
    return (await stateOfFolder(path)) !== "free";
  } catch {
    return true;
  }
};

const withExtension = (name: string): string =>
  extname(name).toLowerCase() === ".receptive" ? name : `${name}.receptive`;
