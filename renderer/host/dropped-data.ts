import { dataFilesIn, isIdxName, isModelName, tableEndings } from "../../shared/protocol/desktop.ts";
import { readFiles, readFolder } from "./browser-data.ts";
import type { Failed, ModelFiles, OpenedData } from "./host.ts";
import { modelIn, readModel } from "./model-files.ts";

/** What was dropped on the window, known by its name alone: its bytes are read later. */
export type Dropped =
  | { readonly type: "document"; readonly file: File }
  | { readonly type: "model"; readonly files: readonly File[] }
  | { readonly type: "data"; readonly item: DataTransferItem }
  | { readonly type: "refused"; readonly message: string };

/** The items of a drop are gone once its event has passed, so this must be called while it lasts. */
export function droppedOn(transfer: DataTransfer): Dropped | undefined {
  const items = [...transfer.items].filter((it) => it.kind === "file");
  const [item, ...others] = items;
  if (!item) return undefined;
  const names = items.flatMap((it) => it.getAsFile()?.name ?? []);
  const isData = isFolder(item) || names.some((it) => isTable(it) || isIdxName(it));
  if (isData && others.length > 0)
    return {
      type: "refused",
      message: `Drop one table or one folder; these were ${items.length}. Images and labels belong together in a folder.`,
    };
  if (names[0] !== undefined && isIdxName(names[0]))
    return {
      type: "refused",
      message: `“${names[0]}” is one file of a dataset. Drop the folder that holds its images and its labels.`,
    };
  if (isData) return { type: "data", item };
  const files = items.flatMap((it) => it.getAsFile() ?? []);
  const [file] = files;
  if (!file) return undefined;
  if (files.every((it) => isModelName(it.name))) return { type: "model", files };
  if (others.length > 0)
    return {
      type: "refused",
      message: `Drop one document, or the files of one model; these were ${items.length}.`,
    };
  return { type: "document", file };
}

/** A dropped table or folder, read by the page itself: no path is needed for it. A folder may hold a model instead. */
export async function readDroppedData(
  item: DataTransferItem,
): Promise<Exclude<OpenedData, { type: "cancelled" }> | ModelFiles | Failed> {
  const entry = item.webkitGetAsEntry();
  const file = item.getAsFile();
  if (isDirectory(entry)) {
    const files = await filesOf(entry);
    const model = modelIn(files);
    const names = files.map((it) => it.name);
    const isModel = names.includes("model.json") || "failed" in dataFilesIn(entry.name, names);
    return model && isModel ? readModel(entry.name, model) : readFolder(entry.name, files);
  }
  if (file) return readFiles(file.name, [file]);
  return { type: "failed", message: "What was dropped cannot be read. Open it in the Data tab." };
}

const isTable = (name: string): boolean => tableEndings.some((it) => name.toLowerCase().endsWith(`.${it}`));
const isFolder = (item: DataTransferItem): boolean => isDirectory(item.webkitGetAsEntry());
const isDirectory = (entry: FileSystemEntry | null): entry is FileSystemDirectoryEntry =>
  entry?.isDirectory === true;
const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;

/** The files of a folder, without those in folders inside it. */
async function filesOf(folder: FileSystemDirectoryEntry): Promise<readonly File[]> {
  const reader = folder.createReader();
  const files: File[] = [];
  for (;;) {
    // A reader hands out a hundred or so at a time, and none at the end.
    const entries = await new Promise<readonly FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (entries.length === 0) return files;
    for (const entry of entries)
      if (isFile(entry))
        files.push(await new Promise<File>((resolve, reject) => entry.file(resolve, reject)));
  }
}
