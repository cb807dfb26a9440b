import { isModelName } from "../../shared/protocol/desktop.ts";
import { ask } from "./ask.ts";
import { keptData, openDataFolder, openDataTable, recallKeptData } from "./browser-data.ts";
import { download, exportInBrowser, writeHandle } from "./browser-export.ts";
import { isHttps } from "./desktop.ts";
import { readDroppedData } from "./dropped-data.ts";
import type { Host, OpenedDocument, OperatingSystem, Save, Saved } from "./host.ts";
import { forget, handleOf, keep, keptOn, mayUse } from "./kept-handles.ts";
import { readModel } from "./model-files.ts";
import { type PickedFile, pickersOf } from "./pickers.ts";
import { readFileText, reasonOf } from "./read-file.ts";

/** The browser edition. What Chromium gives handles for is saved in place, elsewhere saving downloads. */
export function browserHost(): Host {
  const pickers = pickersOf(window);
  const handles = new Map<string, FileSystemFileHandle>();
  let dirty = false;
  window.addEventListener("beforeunload", (event) => {
    if (dirty) event.preventDefault();
  });

  const noteUse = async (handle: FileSystemFileHandle) => {
    const token = await keep("documents", handle, Date.now());
    handles.set(token, handle);
    return { token, name: handle.name };
  };

  const open = async ({ file, handle }: PickedFile): Promise<OpenedDocument> => {
    const read = await readFileText(file);
    if ("failed" in read) return { type: "failed", message: read.failed };
    const opened = handle ? await noteUse(handle) : { token: crypto.randomUUID(), name: file.name };
    return { type: "opened", file: opened, text: read.text };
  };

  const write = async (handle: FileSystemFileHandle, text: string): Promise<Saved> => {
    try {
      await writeHandle(handle, text);
      return { type: "saved", file: await noteUse(handle) };
    } catch (error) {
      return { type: "failed", message: `Cannot save “${handle.name}”: ${reasonOf(error)}.` };
    }
  };

  const saveAs = async ({ suggestedName, text }: Save): Promise<Saved> => {
    const name = suggestedName.endsWith(".receptive") ? suggestedName : `${suggestedName}.receptive`;
    if (!pickers.place) {
      download(name, text);
      return { type: "saved", file: { token: crypto.randomUUID(), name } };
    }
    const handle = await pickers.place(name);
    return handle === undefined ? { type: "cancelled" } : write(handle, text);
  };

  return {
    edition: "browser",
    os: systemOf(navigator.userAgent),
    memoryBytes: undefined,

    async openDocument() {
      const picked = await pickers.openFiles();
      const [first, ...others] = picked;
      if (first === undefined) return { type: "cancelled" };
      if (others.length === 0 && !isModelName(first.file.name)) return open(first);
      return readModel(
        first.file.name,
        picked.map((it) => it.file),
      );
    },
    async openRecent(token) {
      const handle =
        handles.get(token) ?? (await keptOn("documents")).find((it) => it.token === token)?.handle;
      if (handle === undefined)
        return { type: "failed", message: "This file is no longer known. Open it again." };
      try {
        if (!(await mayUse(handle, "read"))) return { type: "cancelled" };
        return await open({ file: await handle.getFile(), handle });
      } catch (error) {
        return { type: "failed", message: `Cannot open “${handle.name}”: ${reasonOf(error)}.` };
      }
    },
    openDropped: (file) => open({ file }),

    async saveDocument(save) {
      const handle = save.token === undefined ? undefined : handles.get(save.token);
      if (handle === undefined) return saveAs(save);
      return (await mayUse(handle, "readwrite")) ? write(handle, save.text) : { type: "cancelled" };
    },
    saveDocumentAs: saveAs,

    listRecent: async () =>
      (await keptOn("documents")).map(({ token, name, openedAt }) => ({ token, name, openedAt, where: "" })),
    forgetRecent: (token) => forget("documents", token),

    exportFiles: (files) => exportInBrowser(pickers, files),

    openDataFolder: () => openDataFolder(pickers),
    openDataTable: () => openDataTable(pickers),
    openDroppedData(item) {
      // Both must ask before the drop is over.
      const handle = handleOf(item);
      return readDroppedData(item).then(async (read) =>
        read.type === "model" ? read : keptData(read, await handle),
      );
    },
    recallData: recallKeptData,

    async askBeforeLosing(name) {
      const buttons = ["Save", "Don’t save", "Cancel"];
      const chosen = await ask(
        `Save the changes to “${name}”?`,
        "Changes that are not saved are lost.",
        buttons,
      );
      return (["save", "discard"] as const)[chosen] ?? "cancel";
    },
    setDirty(now, name) {
      dirty = now;
      document.title = `${now ? "• " : ""}${name} – Receptive`;
    },
    // A browser tab asks by itself (beforeunload) and waits for nobody.
    onCloseRequested: () => () => undefined,
    onCommand: () => () => undefined,
    setProgress: () => undefined,
    openLink(url) {
      if (isHttps(url)) window.open(url, "_blank", "noopener,noreferrer");
    },
  };
}

function systemOf(userAgent: string): OperatingSystem {
  if (/mac|iphone|ipad/i.test(userAgent)) return "mac";
  return /windows/i.test(userAgent) ? "windows" : "linux";
}
