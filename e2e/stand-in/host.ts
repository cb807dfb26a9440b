import { mkdirSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { createApp } from "./app.ts";
import { createWindows } from "./browser-window.ts";
import { type Chromium, startChromium } from "./cdp.ts";
import { findChromium } from "./chromium.ts";
import { provideElectron } from "./electron-modules.ts";
import { createIpcMain } from "./ipc-main.ts";
import { Menu, MenuItem } from "./menu.ts";
import { createSchemes } from "./schemes.ts";
import { defaultSession, dialog, powerSaveBlocker, screen, session, shell } from "./surroundings.ts";

/** Reads the command line as Electron does: switches, Playwright's -r, the app, the app's own arguments. */
function readArguments(argv: readonly string[]) {
  const preloads: string[] = [];
  let entry: string | undefined;
  for (let i = 0; i < argv.length; i++) {
    const it = argv[i] ?? "";
    if (it === "-r" || it === "--require") preloads.push(argv[++i] ?? "");
    else if (!it.startsWith("-")) entry ??= it;
  }
  if (entry === undefined) throw new Error("The Electron stand-in needs the folder of an app.");
  return { preloads, ...readApp(resolve(entry)) };
}

function readApp(entry: string) {
  if (!statSync(entry).isDirectory())
    return { main: entry, path: dirname(entry), name: "Electron", version: "0.0.0" };
  const described = JSON.parse(readFileSync(join(entry, "package.json"), "utf8"));
  if (typeof described.main !== "string") throw new Error(`package.json in ${entry} names no “main” file.`);
  const { main, name, productName = name, version } = described;
  return { main: join(entry, main), path: entry, name: productName, version };
}

interface TargetNews {
  readonly targetId: string;
  readonly targetInfo: { readonly targetId: string; readonly type: string };
}

async function start(): Promise<void> {
  // Electron's argv has no script name in second place.
  process.argv.splice(1, 1);
  const argv = process.argv.slice(1);
  const { preloads, main, path, name, version } = readArguments(argv);
  let chromium: Chromium | undefined;
  const stop = (status: number) =>
    void (chromium?.close() ?? Promise.resolve()).then(() => process.exit(status));

  const { app, state, becomeReady, switches } = createApp(
    { argv, path, name, version },
    { closeAll: () => windows.closeAll() },
    stop,
  );
  const schemes = createSchemes(() => state.ready);
  const { ipcMain, answer } = createIpcMain();
  const windows = createWindows({
    isReady: () => state.ready,
    chromium() {
      if (chromium === undefined) throw new Error("Chromium is not started yet");
      return chromium;
    },
    answer,
    sent: (channel, event, args) => void ipcMain.emit(channel, event, ...args),
    session: defaultSession,
    toHttp: schemes.toHttp,
    fromHttp: schemes.fromHttp,
    onLastClosed() {
      if (state.quitting) return;
      if (app.listenerCount("window-all-closed") > 0) app.emit("window-all-closed");
      else void app.quit();
    },
  });
  const { BrowserWindow, webContents } = windows;
  const { protocol } = schemes;
  provideElectron({
    ...{ app, BrowserWindow, webContents, ipcMain, protocol, session, Menu, MenuItem },
    ...{ dialog, shell, screen, powerSaveBlocker },
  });
  Object.assign(process.versions, { electron: "45.4.1" });
  process.on("SIGTERM", () => stop(0));
  process.on("SIGINT", () => stop(0));

  const require = createRequire(import.meta.url);
  for (const preload of preloads) require(resolve(preload));
  await import(pathToFileURL(main).href);

  await schemes.listen(app.getPath("userData"));
  const executable = findChromium();
  if (executable === undefined)
    throw new Error("The Electron stand-in finds no Chromium; set CHROMIUM_PATH.");
  const profile = join(app.getPath("userData"), "chromium");
  mkdirSync(profile, { recursive: true });
  const asRoot = process.getuid?.() === 0 || argv.includes("--no-sandbox");
  chromium = startChromium(
    executable,
    [
      ...(process.env.STAND_IN_HEADED ? [] : ["--headless"]),
      ...(asRoot ? ["--no-sandbox"] : []),
      ...["--no-first-run", "--no-startup-window", `--user-data-dir=${profile}`],
      ...switches(),
    ],
    () => stop(0),
  );
  chromium.hear(undefined, (method, { targetId, targetInfo }: TargetNews) => {
    if (method === "Target.targetDestroyed") windows.targetGone(targetId);
    // A page that closes by itself meanwhile is no loss.
    if (method === "Target.targetCreated" && targetInfo.type === "page")
      windows.targetCame(targetInfo.targetId).catch(() => undefined);
  });
  await chromium.ask("Target.setDiscoverTargets", { discover: true });
  becomeReady();
}

start().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
