import { shell } from "electron/common";
import type { WebContents } from "electron/main";
import { isOwnPage } from "./own-pages.ts";

/** The window stays on its own page; https links open in the user's browser, everything else nowhere. */
export function keepAtHome(contents: WebContents): void {
  contents.setWindowOpenHandler(({ url }) => {
    openOutside(url);
    return { action: "deny" };
  });
  contents.on("will-frame-navigate", (event) => {
    if (event.isMainFrame && isOwnPage(event.url)) return;
    event.preventDefault();
    openOutside(event.url);
  });
  contents.on("will-attach-webview", (event) => event.preventDefault());
}

export function openOutside(url: string): void {
  if (!URL.canParse(url) || new URL(url).protocol !== "https:") return;
  shell.openExternal(url).catch((error: unknown) => console.warn(`Cannot open ${url}:`, error));
}
