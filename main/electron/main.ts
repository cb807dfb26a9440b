import { extname, join, resolve } from "node:path";
import { app, dialog, ipcMain } from "electron/main";
import { recall } from "../files/remembered.ts";
import { createTokens } from "../files/tokens.ts";
import { answer } from "../ipc.ts";
import { showMenu } from "./menu.ts";
import { announceScheme, denyPermissions, isOwnPage, servePages } from "./own-pages.ts";
import { openWorkbench, type Workbench } from "./window.ts";

/** The bundle lies in out/main, the page in out/renderer. */
const root = join(import.meta.dirname, "..", "renderer");
const preload = join(import.meta.dirname, "preload.cjs");

process.on("uncaughtException", showBug);
process.on("unhandledRejection", showBug);

announceScheme();
app.enableSandbox();
const ownFolder = app.commandLine.getSwitchValue("user-data-dir");
if (ownFolder !== "") app.setPath("userData", resolve(ownFolder));

if (app.requestSingleInstanceLock()) start();
else app.quit();

function start(): void {
  const tokens = createTokens();
  const early = documentsIn(process.argv, process.cwd());
  let workbench: Workbench | undefined;

  const openFile = (path: string): void => {
    if (workbench === undefined) early.push(path);
    else workbench.run({ type: "openFile", file: tokens.handleFor(path) });
  };
  app.on("open-file", (event, path) => {
    event.preventDefault();
    openFile(path);
  });
  app.on("second-instance", (_event, argv, folder) => {
    workbench?.bringToFront();
    for (const path of documentsIn(argv, folder)) openFile(path);
  });

  app.on("window-all-closed", () => app.quit());

  void app.whenReady().then(async () => {
    const remembered = await recall(join(app.getPath("userData"), "remembered.json"));
    leaveWhenWritten(remembered.settled);
    servePages(root);
    denyPermissions();
    workbench = openWorkbench({
      preload,
      tokens,
      remembered,
      noteRecent: (path) => app.addRecentDocument(path),
      // Not only the window: the question may have held up an attempt to quit.
      onMayClose: () => app.quit(),
    });
    answer(ipcMain, isOwnPage, workbench.answers);
    showMenu(process.platform === "darwin", (command) => workbench?.run({ type: "menu", command }));
    for (const path of early) openFile(path);
  });
}

function documentsIn(argv: readonly string[], folder: string): string[] {
  const named = argv.filter((it) => !it.startsWith("-") && extname(it).toLowerCase() === ".receptive");
  return named.map((it) => resolve(folder, it));
}

function leaveWhenWritten(settled: () => Promise<void>): void {
  let written = false;
  app.on("will-quit", (event) => {
    if (written) return;
    event.preventDefault();
    void settled().then(() => {
      written = true;
      app.quit();
    });
  });
}

function showBug(error: unknown): void {
  console.error(error);
  const message = error instanceof Error ? error.message : String(error);
  dialog.showErrorBox("Receptive made a mistake", `${message}\n\nSave your work and start the app again.`);
}
