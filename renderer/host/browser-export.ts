import { zipSync } from "fflate";
import { ask } from "./ask.ts";
import type { Export, Exported, NamedBytes } from "./host.ts";
import type { Pickers } from "./pickers.ts";
import { reasonOf } from "./read-file.ts";

/** Writes one file where the user says, several into a new folder; a browser without folders gets one zip file. */
export async function exportInBrowser(pickers: Pickers, { suggestedName, files }: Export): Promise<Exported> {
  const [first, ...more] = files;
  if (first === undefined) throw new Error("exportFiles: there is no file");
  try {
    if (more.length === 0) return await exportFile(pickers, { name: suggestedName, bytes: first.bytes });
    if (pickers.placeFolder) return await exportFolder(pickers.placeFolder, suggestedName, files);
    return await exportFile(pickers, {
      name: `${suggestedName}.zip`,
      bytes: zipped(suggestedName, files),
    });
  } catch (error) {
    return { type: "failed", message: `Cannot export “${suggestedName}”: ${reasonOf(error)}.` };
  }
}

/** The handle swaps the new content in when it is closed, so a failed write leaves the old one. */
export async function writeHandle(
  handle: FileSystemFileHandle,
  content: string | Uint8Array<ArrayBuffer>,
): Promise<void> {
  const stream = await handle.createWritable();
  try {
    await stream.write(content);
    await stream.close();
  } catch (error) {
    await stream.abort().catch(() => undefined);
    throw error;
  }
}

export function download(name: string, content: string | Uint8Array<ArrayBuffer>): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content]));
  link.download = name;
  link.click();
  // The browser reads the address after this turn.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

async function exportFile(pickers: Pickers, { name, bytes }: NamedBytes): Promise<Exported> {
  if (!pickers.place) {
    download(name, bytes);
    return { type: "exported", where: name };
  }
  const handle = await pickers.place(name);
  if (handle === undefined) return { type: "cancelled" };
  await writeHandle(handle, bytes);
  return { type: "exported", where: handle.name };
}

type PlaceFolder = NonNullable<Pickers["placeFolder"]>;

async function exportFolder(
  placeFolder: PlaceFolder,
  name: string,
  files: readonly NamedBytes[],
): Promise<Exported> {
  const parent = await placeFolder();
  if (parent === undefined) return { type: "cancelled" };
  if ((await isTaken(parent, name)) && !(await mayWriteInto(parent.name, name))) return { type: "cancelled" };
  const folder = await parent.getDirectoryHandle(name, { create: true });
  for (const file of files) {
    const parts = file.name.split("/");
    const last = parts.pop() ?? file.name;
    let inner = folder;
    for (const part of parts) inner = await inner.getDirectoryHandle(part, { create: true });
    await writeHandle(await inner.getFileHandle(last, { create: true }), file.bytes);
  }
  return { type: "exported", where: `${parent.name}/${name}` };
}

async function isTaken(parent: FileSystemDirectoryHandle, name: string): Promise<boolean> {
  try {
    const folder = await parent.getDirectoryHandle(name);
    return !(await folder.keys().next()).done;
  } catch (error) {
    if (error instanceof DOMException && error.name === "NotFoundError") return false;
    throw error;
  }
}

const mayWriteInto = async (parent: string, name: string): Promise<boolean> =>
  (await ask(
    `“${parent}” already has a folder “${name}”.`,
    "Exported files replace files of the same name in it; other files stay.",
    ["Export into it", "Cancel"],
  )) === 0;

function zipped(folder: string, files: readonly NamedBytes[]): Uint8Array<ArrayBuffer> {
  return zipSync(Object.fromEntries(files.map(({ name, bytes }) => [`${folder}/${name}`, bytes])));
}
