import { choiceOf, dataFilesIn, tooMuchData } from "../../shared/protocol/desktop.ts";
import { nameOf } from "../../shared/train/dataset.ts";
import type { NamedBytes, OpenedData, RecalledData } from "./host.ts";
import { type DataHandle, keep, keptOn, mayUse } from "./kept-handles.ts";
import { filesIn, isFile, type Pickers } from "./pickers.ts";
import { reasonOf } from "./read-file.ts";

type Read = Exclude<OpenedData, { type: "cancelled" }>;

export async function openDataFolder(pickers: Pickers): Promise<OpenedData> {
  const picked = await pickers.openFolder();
  if (picked === undefined) return { type: "cancelled" };
  return keptData(await readFolder(picked.name, picked.files), picked.handle);
}

export async function openDataTable(pickers: Pickers): Promise<OpenedData> {
  const picked = await pickers.openTable();
  if (picked === undefined) return { type: "cancelled" };
  return keptData(await readFiles(picked.file.name, [picked.file]), picked.handle);
}

/** What the browser remembers under the name that a document gives the data. */
export async function recallKeptData(name: string): Promise<RecalledData> {
  const known = (await keptOn("folders")).find((it) => it.name === name);
  if (known === undefined) return { type: "unknown" };
  const { handle, token } = known;
  try {
    if (!(await mayUse(handle, "read"))) return { type: "unknown" };
    const read = isFile(handle)
      ? await readFiles(name, [await handle.getFile()])
      : await readFolder(handle.name, await filesIn(handle));
    return read.type === "opened" ? { ...read, token } : read;
  } catch (error) {
    // Without a click before it, the browser does not even ask.
    if (error instanceof DOMException && error.name === "SecurityError") return { type: "unknown" };
    return { type: "failed", message: `Cannot open “${name}”: ${reasonOf(error)}.` };
  }
}

/** Remembers where data came from, under the name that a document gives them. */
export async function keptData(read: Read, handle: DataHandle | undefined): Promise<Read> {
  if (read.type === "failed" || !handle) return read;
  return { ...read, token: await keep("folders", handle, Date.now(), read.name) };
}

/** The data of a folder among all its files. */
export async function readFolder(name: string, all: readonly File[]): Promise<Read> {
  const found = dataFilesIn(
    name,
    all.map((it) => it.name),
  );
  if ("failed" in found) return { type: "failed", message: found.failed };
  return readFiles(
    name,
    all.filter((it) => found.names.includes(it.name)),
  );
}

/** The bytes of files that are one dataset. */
export async function readFiles(name: string, chosen: readonly File[]): Promise<Read> {
  const tooMuch = tooMuchData(
    name,
    chosen.reduce((sum, it) => sum + it.size, 0),
  );
  if (tooMuch !== undefined) return { type: "failed", message: tooMuch };
  try {
    const files: NamedBytes[] = [];
    for (const it of chosen) files.push({ name: it.name, bytes: new Uint8Array(await it.arrayBuffer()) });
    return { type: "opened", token: crypto.randomUUID(), name: nameOf(choiceOf(name, files)), files };
  } catch (error) {
    return { type: "failed", message: `Cannot open “${name}”: ${reasonOf(error)}.` };
  }
}
