import { EventEmitter } from "node:events";
import { isolatedWorld } from "./page-scripts.ts";
import { preventable, strict } from "./strict.ts";
import { fromWire, toWire } from "./wire-values.ts";

/** The page of a window as Chromium sees it. */
export interface Page {
  /** Asks about this page, once it is attached. */
  ask<Reply = unknown>(method: string, params?: object): Promise<Reply>;
  readonly target: () => string | undefined;
  close(): void;
  destroyed(): boolean;
  answer(channel: string, event: object, args: readonly unknown[]): Promise<unknown>;
  /** A message without an answer. */
  sent(channel: string, event: object, args: readonly unknown[]): void;
  toHttp(url: string): string;
  fromHttp(url: string): string;
  readonly session: object;
}

/** What Chromium tells, over all its events that are heard here; each event has some of these. */
interface Said {
  readonly context: {
    readonly name: string;
    readonly id: number;
    readonly auxData: { readonly frameId: string };
  };
  readonly payload: string;
  readonly frame: { readonly url: string; readonly urlFragment?: string; readonly parentId?: string };
  readonly request: { readonly url: string };
  readonly requestId: string;
  readonly url: string;
  readonly frameId: string;
  readonly navigationType: string;
}

let lastId = 0;

export type WebContents = ReturnType<typeof createWebContents>["contents"];

export function createWebContents(page: Page) {
  lastId += 1;
  const state = { url: "", world: 0, crashed: false, requested: new Set<string>() };
  let onOpen: ((details: { url: string }) => { action: string }) | undefined;

  const mainFrame = strict(
    {
      parent: null,
      get url() {
        return page.fromHttp(state.url);
      },
    },
    "webContents.mainFrame",
  );

  const inPreload = (expression: string): void => {
    page.ask("Runtime.evaluate", { contextId: state.world, expression }).catch((error: unknown) => {
      if (!page.destroyed()) console.error("The Electron stand-in cannot reach the preload script:", error);
    });
  };

  const contents = strict(
    Object.assign(new EventEmitter(), {
      id: lastId,
      session: page.session,
      mainFrame,
      send: (channel: string, ...args: unknown[]) =>
        inPreload(`__standInNews(${JSON.stringify(channel)}, ${JSON.stringify(toWire(args))})`),
      async loadURL(url: string) {
        const loaded = new Promise((resolve) => contents.once("did-finish-load", resolve));
        const { errorText } = await page.ask<{ errorText?: string }>("Page.navigate", {
          url: page.toHttp(url),
        });
        if (errorText) throw new Error(`${errorText} loading '${url}'`);
        await loaded;
      },
      getURL: () => page.fromHttp(state.url),
      isDestroyed: () => page.destroyed(),
      isCrashed: () => state.crashed,
      setWindowOpenHandler(handler: typeof onOpen) {
        onOpen = handler;
      },
      reload() {
        state.crashed = false;
        page.ask("Page.reload").catch((error: unknown) => console.error(error));
      },
      // Chromium never answers this one.
      forcefullyCrashRenderer: () => void page.ask("Page.crash").catch(() => undefined),
      close: (_options?: object) => page.close(),
    }),
    "webContents",
  );

  const receive = async (message: {
    type: string;
    id: number;
    channel: string;
    args: unknown[];
    url: string;
  }) => {
    const event = { sender: contents, senderFrame: mainFrame, type: "frame" };
    if (message.type === "send") return page.sent(message.channel, event, message.args);
    if (message.type === "open") return deny(message.url);
    let reply: unknown;
    let error: string | null = null;
    try {
      reply = await page.answer(message.channel, event, message.args);
    } catch (thrown) {
      error = `Error invoking remote method '${message.channel}': ${thrown}`;
    }
    if (!page.destroyed())
      inPreload(`__standInReply(${message.id}, ${JSON.stringify(error)}, ${JSON.stringify(toWire(reply))})`);
  };
  const deny = (url: string): void => {
    const { action } = onOpen?.({ url: page.fromHttp(url) }) ?? { action: "allow" };
    if (action !== "deny") throw new Error("The Electron stand-in opens no second windows.");
  };

  const navigate = (url: string, request: string): void => {
    const event = preventable({
      url: page.fromHttp(url),
      isMainFrame: true,
      isSameDocument: false,
      frame: mainFrame,
    });
    contents.emit("will-frame-navigate", event);
    contents.emit("will-navigate", event, event.url);
    const method = event.defaultPrevented ? "Fetch.failRequest" : "Fetch.continueRequest";
    const refusal = event.defaultPrevented ? { errorReason: "Aborted" } : {};
    page.ask(method, { requestId: request, ...refusal }).catch(() => undefined);
  };

  /** What Chromium reports about this page. */
  const hear = (method: string, said: Said): void => {
    const { context, payload, frame, url, frameId, request, requestId, navigationType } = said;
    const isTop = frameId === page.target();
    switch (method) {
      case "Runtime.executionContextCreated":
        if (context.name === isolatedWorld && context.auxData.frameId === page.target())
          state.world = context.id;
        break;
      case "Runtime.bindingCalled":
        void receive(fromWire(payload) as Parameters<typeof receive>[0]);
        break;
      case "Page.frameStartedNavigating":
        if (isTop && !/sameDocument/i.test(navigationType))
          contents.emit(
            "did-start-navigation",
            preventable({ url: page.fromHttp(url), isMainFrame: true, isSameDocument: false }),
          );
        break;
      case "Page.frameNavigated":
        if (frame.parentId === undefined) state.url = frame.url + (frame.urlFragment ?? "");
        break;
      case "Page.navigatedWithinDocument":
        if (isTop) state.url = url;
        break;
      case "Page.domContentEventFired":
        contents.emit("dom-ready", {});
        break;
      case "Page.loadEventFired":
        contents.emit("did-finish-load", {});
        break;
      case "Page.frameRequestedNavigation":
        if (isTop) state.requested.add(url.split("#")[0] ?? url);
        break;
      case "Fetch.requestPaused":
        // Only what the page itself asked for; loadURL and reload raise no such event in Electron.
        if (isTop && state.requested.delete(request.url)) navigate(request.url, requestId);
        else page.ask("Fetch.continueRequest", { requestId }).catch(() => undefined);
        break;
      case "Page.windowOpen":
        deny(url);
        break;
      case "Inspector.targetCrashed":
        state.crashed = true;
        contents.emit("render-process-gone", {}, { reason: "crashed", exitCode: 1 });
        break;
    }
  };
  return { contents, hear };
}
