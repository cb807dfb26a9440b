import type { Bridge } from "../../shared/protocol/desktop.ts";
import { browserHost } from "./browser.ts";
import { desktopHost } from "./desktop.ts";
import type { Host } from "./host.ts";

declare global {
  interface Window {
    /** Put there by main/preload.ts; absent in a browser. */
    readonly desktop?: Bridge<File>;
  }
}

/** The desktop's host where the preload script has run, else the browser's. */
export const chooseHost = (): Host =>
  window.desktop === undefined ? browserHost() : desktopHost(window.desktop);
