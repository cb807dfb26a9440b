import { BrowserWindow, powerSaveBlocker } from "electron/main";
import type { Command } from "../../shared/protocol/desktop.ts";
import { type Dialogs, desktopAnswers } from "../desktop.ts";
import type { Remembered } from "../files/remembered.ts";
import type { Tokens } from "../files/tokens.ts";
import { type Answers, tell } from "../ipc.ts";
import { dialogsOf } from "./dialogs.ts";
import { keepAtHome, openOutside } from "./links.ts";
import { startPage } from "./own-pages.ts";
import { placeFor, rememberPlace } from "./window-place.ts";

export interface Workbench {
  readonly answers: Answers;
  /** Delivered at once, or as soon as the page can take it. */
  run(command: Command): void;
  bringToFront(): void;
}

export interface WorkbenchOptions {
  readonly preload: string;
  readonly tokens: Tokens;
  readonly remembered: Remembered;
  noteRecent(path: string): void;
  /** The user agreed to close the window. */
  onMayClose(): void;
}

/** The one window, from its creation to the question before it closes. */
export function openWorkbench({
  preload,
  tokens,
  remembered,
  noteRecent,
  onMayClose,
}: WorkbenchOptions): Workbench {
  const { bounds, maximized } = placeFor(remembered);
  const window = new BrowserWindow({
    ...bounds,
    minWidth: 1024,
    minHeight: 700,
    show: false,
    title: "Receptive",
    autoHideMenuBar: true,
    // The spell checker would download dictionaries.
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      spellcheck: false,
    },
  });
  const dialogs = dialogsOf(window);
  const closing = askBeforeClosing(window, onMayClose);
  const commands = commandQueue(window);
  rememberPlace(window, remembered);
  keepAtHome(window.webContents);
  surviveCrash(window, dialogs);

  window.once("ready-to-show", () => {
    if (maximized) window.maximize();
    window.show();
  });
  window.on("page-title-updated", (event) => event.preventDefault());
  window.loadURL(startPage).catch((error: unknown) => console.error("Cannot load the window's page:", error));

  const answers = desktopAnswers({
    dialogs,
    tokens,
    remembered,
    noteRecent,
    now: Date.now,
    setDirty(dirty, name) {
      closing.setDirty(dirty);
      window.setDocumentEdited(dirty);
      window.setTitle(`${dirty ? "• " : ""}${name} – Receptive`);
      return null;
    },
    answerClose: closing.answer,
    setProgress: progressOf(window),
    openLink(url) {
      openOutside(url);
      return null;
    },
    ready: commands.open,
  });
  return { answers, run: commands.run, bringToFront: () => bringToFront(window) };
}

function askBeforeClosing(window: BrowserWindow, onMayClose: () => void) {
  let dirty = false;
  let agreed = false;
  window.on("close", (event) => {
    if (agreed || !dirty || window.webContents.isCrashed()) return;
    event.preventDefault();
    tell(window.webContents, { type: "closeRequested" });
  });
  return {
    setDirty(now: boolean) {
      dirty = now;
    },
    answer(mayClose: boolean) {
      agreed = mayClose;
      // Once the reply is on its way: it could not reach a closed window.
      if (mayClose) setImmediate(onMayClose);
      return null;
    },
  };
}

/** Keeps commands until the page says it listens, and again while it reloads. */
function commandQueue(window: BrowserWindow) {
  let waiting: Command[] | undefined = [];
  window.webContents.on("did-start-navigation", ({ isMainFrame, isSameDocument }) => {
    if (isMainFrame && !isSameDocument) waiting ??= [];
  });
  return {
    run(command: Command) {
      if (waiting === undefined) tell(window.webContents, { type: "command", command });
      else waiting.push(command);
    },
    open() {
      const late = waiting ?? [];
      waiting = undefined;
      for (const command of late) tell(window.webContents, { type: "command", command });
      return null;
    },
  };
}

function progressOf(window: BrowserWindow) {
  let blocker: number | undefined;
  const stopBlocking = () => {
    if (blocker !== undefined) powerSaveBlocker.stop(blocker);
    blocker = undefined;
  };
  window.on("closed", stopBlocking);
  return (fraction: number | null): null => {
    window.setProgressBar(fraction ?? -1);
    // A computer that falls asleep would stop the training.
    if (fraction === null) stopBlocking();
    else blocker ??= powerSaveBlocker.start("prevent-app-suspension");
    return null;
  };
}

function surviveCrash(window: BrowserWindow, dialogs: Dialogs): void {
  let asking = false;
  const offer = async (message: string, detail: string, action: string, act: () => void) => {
    if (asking) return;
    asking = true;
    const chosen = await dialogs.ask(message, detail, [action, "Wait"]).finally(() => {
      asking = false;
    });
    if (chosen === 0 && !window.isDestroyed()) act();
  };
  let restarting = false;
  window.webContents.on("render-process-gone", (_event, { reason }) => {
    if (restarting) window.webContents.reload();
    if (restarting || reason === "clean-exit") {
      restarting = false;
      return;
    }
    const detail = "The file on disk is as you last saved it.";
    void offer(`The window stopped working (${reason}).`, detail, "Start it again", () =>
      window.webContents.reload(),
    );
  });
  window.on("unresponsive", () => {
    const detail = "Starting it again loses changes that are not saved.";
    void offer("The window does not respond.", detail, "Start it again", () => {
      restarting = true;
      window.webContents.forcefullyCrashRenderer();
    });
  });
}

function bringToFront(window: BrowserWindow): void {
  if (window.isDestroyed()) return;
  if (window.isMinimized()) window.restore();
  window.focus();
}
