import { contextBridge, ipcRenderer, webUtils } from "electron/renderer";
import {
  type Asked,
  type Bridge,
  type Desktop,
  type DesktopNews,
  documentLimitBytes,
  type OperatingSystem,
  type Reply,
} from "../shared/protocol/desktop.ts";

const ask =
  <K extends keyof Desktop>(name: K) =>
  (...asked: Asked<K>): Promise<Reply<K>> =>
    ipcRenderer.invoke(name, ...asked);

const systems: Readonly<Record<string, OperatingSystem>> = { darwin: "mac", win32: "windows" };

const desktop: Bridge<File> = {
  os: systems[process.platform] ?? "linux",
  memoryBytes: process.getSystemMemoryInfo().total * 1024,
  openDocument: ask("openDocument"),
  openRecent: ask("openRecent"),
  saveDocument: ask("saveDocument"),
  saveDocumentAs: ask("saveDocumentAs"),
  listRecent: ask("listRecent"),
  forgetRecent: ask("forgetRecent"),
  exportFiles: ask("exportFiles"),
  openDataFolder: ask("openDataFolder"),
  openDataTable: ask("openDataTable"),
  recallData: ask("recallData"),
  askBeforeLosing: ask("askBeforeLosing"),
  setDirty: ask("setDirty"),
  answerClose: ask("answerClose"),
  setProgress: ask("setProgress"),
  openLink: ask("openLink"),
  ready: ask("ready"),
  async openDropped(file) {
    // Only a File that came from the disk has a path, so that the page cannot name one itself.
    const path = webUtils.getPathForFile(file);
    if (path !== "") return ipcRenderer.invoke("openDroppedPath", path);
    // One byte more than allowed is enough for main to refuse it.
    const start = file.slice(0, documentLimitBytes + 1);
    return ipcRenderer.invoke("openDroppedText", file.name, new Uint8Array(await start.arrayBuffer()));
  },
  onNews(listener) {
    const hear = (_event: unknown, news: DesktopNews) => listener(news);
    ipcRenderer.on("news", hear);
    return () => {
      ipcRenderer.removeListener("news", hear);
    };
  },
};

contextBridge.exposeInMainWorld("desktop", desktop);
