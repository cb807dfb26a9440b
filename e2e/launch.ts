import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { _electron, type ElectronApplication, type Page } from "@playwright/test";

const root = join(import.meta.dirname, "..");

export interface Launched {
  readonly app: ElectronApplication;
  readonly page: Page;
  /** What the app keeps between starts; give it to the next launch to start as the same user. */
  readonly userData: string;
  /** What went wrong in the page: exceptions, console errors, violations of the security policy. */
  readonly complaints: readonly string[];
}

export interface Start {
  readonly userData?: string;
  /** For example the path of a document, as on a double click. */
  readonly args?: readonly string[];
  readonly colorScheme?: "light" | "dark";
}

/** Starts the built app on real Electron where its binary is, else on the stand-in. */
export async function launchApp({
  userData = freshUserData(),
  args = [],
  colorScheme = "light",
}: Start = {}): Promise<Launched> {
  if (!hasElectron()) process.env.ELECTRON_OVERRIDE_DIST_PATH = join(root, "e2e", "stand-in");
  const app = await _electron.launch({
    args: [root, `--user-data-dir=${userData}`, ...args],
    cwd: root,
    colorScheme,
  });
  const complaints: string[] = [];
  app.on("console", (message) => {
    if (message.type() === "error") complaints.push(`main process: ${message.text()}`);
  });
  const page = await app.firstWindow();
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  // The window is there before its page is.
  await page.waitForURL((url) => url.protocol !== "about:");
  return { app, page, userData, complaints };
}

export const runningOn = (): string => (hasElectron() ? "Electron" : "the Electron stand-in");

export const freshUserData = (): string => mkdtempSync(join(tmpdir(), "receptive-user-"));

export const forgetUserData = (userData: string): void =>
  rmSync(userData, { recursive: true, force: true, maxRetries: 5 });

/** The file that Electron's installer leaves names its binary. */
function hasElectron(): boolean {
  if (process.env.ELECTRON_OVERRIDE_DIST_PATH !== undefined)
    return process.env.ELECTRON_OVERRIDE_DIST_PATH !== join(root, "e2e", "stand-in");
  const note = join(root, "node_modules", "electron", "path.txt");
  return (
    existsSync(note) && existsSync(join(root, "node_modules", "electron", "dist", readFileSync(note, "utf8")))
  );
}
