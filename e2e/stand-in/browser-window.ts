import { EventEmitter } from "node:events";
import { readFileSync } from "node:fs";
import { freemem, totalmem } from "node:os";
import type { Chromium } from "./cdp.ts";
import { bindingName, isolatedWorld, pageWorldScript, preloadScript } from "./page-scripts.ts";
import type { Schemes } from "./schemes.ts";
import { preventable, strict } from "./strict.ts";
import { createWebContents, type Page } from "./web-contents.ts";

export interface WindowOptions {
  readonly x?: number;
  readonly y?: number;
  readonly width?: number;
  readonly height?: number;
  readonly title?: string;
  readonly show?: boolean;
  readonly webPreferences?: { readonly preload?: string };
}

export interface Around
  extends Pick<Page, "answer" | "sent" | "session">,
    Pick<Schemes, "toHttp" | "fromHttp"> {
  readonly isReady: () => boolean;
  readonly chromium: () => Chromium;
  onLastClosed(): void;
}

/** Makes the classes BrowserWindow and webContents; each window is one page in Chromium. */
export function createWindows(around: Around) {
  const all = new Map<number, BrowserWindow>();

  class BrowserWindow extends EventEmitter {
    readonly id: number;
    readonly webContents;
    /** Settles with the page's session, once everything is set up in it. */
    readonly attached: Promise<string>;
    targetId: string | undefined;
    readonly shown;
    private dead = false;

    constructor(options: WindowOptions = {}) {
      super();
      if (!around.isReady()) throw new Error("Cannot create BrowserWindow before app is ready");
      const { x = 0, y = 0, width = 800, height = 600, title = "", show = true } = options;
      this.shown = {
        bounds: { x, y, width, height },
        title,
        visible: show,
        maximized: false,
        edited: false,
        progress: -1,
      };
      const { contents, hear } = createWebContents({
        ask: async <Reply>(method: string, params?: object) =>
          around.chromium().ask<Reply>(method, params, await this.attached),
        target: () => this.targetId,
        close: () => this.close(),
        destroyed: () => this.dead,
        ...around,
      });
      this.webContents = contents;
      this.id = contents.id;
      contents.once("did-finish-load", () => this.emit("ready-to-show"));
      this.attached = this.attach(options.webPreferences?.preload, hear);
      this.attached.catch((error: unknown) =>
        console.error("The Electron stand-in cannot open a window:", error),
      );
      // The window and not `this`: whoever reads a member that is missing should hear of it.
      const window = strict(this, "BrowserWindow");
      all.set(this.id, window);
      // biome-ignore lint/correctness/noConstructorReturn: the only way to hand out the strict window.
      return window;
    }

    private async attach(
      preload: string | undefined,
      hear: Parameters<Chromium["hear"]>[1],
    ): Promise<string> {
      const { ask, hear: listen } = around.chromium();
      const { width, height } = this.shown.bounds;
      const { targetId } = await ask<{ targetId: string }>("Target.createTarget", {
        url: "about:blank",
        newWindow: true,
        width,
        height,
      });
      this.targetId = targetId;
      const { sessionId } = await ask<{ sessionId: string }>("Target.attachToTarget", {
        targetId,
        flatten: true,
      });
      listen(sessionId, hear);
      await Promise.all([
        ask("Page.enable", {}, sessionId),
        ask("Runtime.addBinding", { name: bindingName, executionContextName: isolatedWorld }, sessionId),
        ask("Runtime.enable", {}, sessionId),
        ask("Fetch.enable", { patterns: [{ resourceType: "Document", requestStage: "Request" }] }, sessionId),
      ]);
      const secret = `s${Math.random().toString(36).slice(2)}`;
      const inject = (source: string, world: object) =>
        ask("Page.addScriptToEvaluateOnNewDocument", { source, ...world }, sessionId);
      await inject(pageWorldScript(secret), {});
      if (preload !== undefined) {
        const facts = {
          platform: process.platform,
          sandboxed: true,
          contextIsolated: true,
          type: "renderer",
        };
        const memory = { total: totalmem() / 1024, free: freemem() / 1024 };
        await inject(preloadScript(secret, readFileSync(preload, "utf8"), facts, memory), {
          worldName: isolatedWorld,
        });
      }
      return sessionId;
    }

    loadURL(url: string) {
      return this.webContents.loadURL(url);
    }
    close() {
      void this.tryToClose();
    }
    async tryToClose(): Promise<boolean> {
      if (this.dead) return true;
      const event = preventable({});
      this.emit("close", event);
      if (event.defaultPrevented) return false;
      await this.attached;
      this.destroy();
      return true;
    }
    destroy() {
      around
        .chromium()
        .ask("Target.closeTarget", { targetId: this.targetId })
        .catch(() => undefined);
      this.gone();
    }
    gone() {
      if (this.dead) return;
      this.dead = true;
      all.delete(this.id);
      this.webContents.emit("destroyed");
      this.emit("closed");
      if (all.size === 0) around.onLastClosed();
    }
    isDestroyed() {
      return this.dead;
    }
    show() {
      this.shown.visible = true;
      this.emit("show");
    }
    isVisible() {
      return this.shown.visible;
    }
    focus() {
      this.emit("focus");
    }
    isMinimized() {
      return false;
    }
    restore() {}
    maximize() {
      this.shown.maximized = true;
    }
    isMaximized() {
      return this.shown.maximized;
    }
    getBounds() {
      return { ...this.shown.bounds };
    }
    getNormalBounds() {
      return { ...this.shown.bounds };
    }
    setTitle(title: string) {
      this.shown.title = title;
    }
    getTitle() {
      return this.shown.title;
    }
    setDocumentEdited(edited: boolean) {
      this.shown.edited = edited;
    }
    isDocumentEdited() {
      return this.shown.edited;
    }
    setProgressBar(progress: number, _options?: object) {
      this.shown.progress = progress;
    }

    static getAllWindows() {
      return [...all.values()];
    }
    static getFocusedWindow() {
      return [...all.values()][0] ?? null;
    }
    static fromWebContents(contents: { id: number }) {
      return all.get(contents.id) ?? null;
    }
    static fromId(id: number) {
      return all.get(id) ?? null;
    }
  }

  const webContents = strict(
    {
      getAllWebContents: () => [...all.values()].map((it) => it.webContents),
      fromId: (id: number) => all.get(id)?.webContents,
      fromDevToolsTargetId: (target: string) =>
        [...all.values()].find((it) => it.targetId === target)?.webContents,
    },
    "webContents",
  );

  return {
    BrowserWindow: strict(BrowserWindow, "BrowserWindow"),
    webContents,
    closeAll: async () => {
      for (const window of [...all.values()]) if (!(await window.tryToClose())) return false;
      return true;
    },
    /** Chromium opened a page: a link to a new window, which the page's own handler has already denied. */
    async targetCame(target: string) {
      const windows = [...all.values()];
      await Promise.allSettled(windows.map((it) => it.attached));
      if (windows.some((it) => it.targetId === target)) return;
      await around.chromium().ask("Target.closeTarget", { targetId: target });
    },
    /** Chromium closed a page. */
    targetGone(target: string) {
      for (const window of [...all.values()]) if (window.targetId === target) window.gone();
    },
  };
}
