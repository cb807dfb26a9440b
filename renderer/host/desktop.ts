import type { Bridge, DesktopNews } from "../../shared/protocol/desktop.ts";
import { readDroppedData } from "./dropped-data.ts";
import type { Host } from "./host.ts";

/** The desktop app: every question goes to the main process. */
export function desktopHost(desktop: Bridge<File>): Host {
  /** The main process holds commands back until somebody listens to them. */
  const hear = (listener: (news: DesktopNews) => void) => desktop.onNews(listener);
  const tell = (said: Promise<null>): void => {
    said.catch((error: unknown) => console.error(error));
  };
  return {
    edition: "desktop",
    os: desktop.os,
    memoryBytes: desktop.memoryBytes,
    openDocument: desktop.openDocument,
    openRecent: desktop.openRecent,
    openDropped: desktop.openDropped,
    saveDocument: desktop.saveDocument,
    saveDocumentAs: desktop.saveDocumentAs,
    listRecent: desktop.listRecent,
    forgetRecent: async (token) => void (await desktop.forgetRecent(token)),
    exportFiles: desktop.exportFiles,
    openDataFolder: desktop.openDataFolder,
    openDataTable: desktop.openDataTable,
    openDroppedData: readDroppedData,
    recallData: desktop.recallData,
    askBeforeLosing: desktop.askBeforeLosing,
    setDirty: (dirty, name) => tell(desktop.setDirty(dirty, name)),
    onCloseRequested: (listener) =>
      hear((news) => {
        if (news.type !== "closeRequested") return;
        // A listener that fails must not lose work.
        tell(
          listener().then(desktop.answerClose, (error: unknown) => {
            console.error(error);
            return desktop.answerClose(false);
          }),
        );
      }),
    onCommand(listener) {
      const unlisten = hear((news) => {
        if (news.type === "command") listener(news.command);
      });
      tell(desktop.ready());
      return unlisten;
    },
    setProgress: (fraction) => tell(desktop.setProgress(fraction ?? null)),
    openLink(url) {
      if (isHttps(url)) tell(desktop.openLink(url));
    },
  };
}

export const isHttps = (url: string): boolean => URL.canParse(url) && new URL(url).protocol === "https:";
