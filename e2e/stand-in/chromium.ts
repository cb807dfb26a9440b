import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "@playwright/test";

/** CHROMIUM_PATH, an installed Chrome or Chromium, or the one Playwright has downloaded. */
export function findChromium(): string | undefined {
  const named = process.env.CHROMIUM_PATH;
  if (named !== undefined && named !== "") return named;
  return [...installedPlaces(), chromium.executablePath()].find((it) => existsSync(it));
}

/** As findChromium; else gets one by Playwright's download or, for root on Debian, by apt-get. */
export function obtainChromium(): string {
  const found = findChromium();
  if (found !== undefined) return found;
  console.warn("No Chromium is installed; downloading Playwright's …");
  const playwright = join(import.meta.dirname, "..", "..", "node_modules", "@playwright", "test", "cli.js");
  if (
    succeeds(process.execPath, [playwright, "install", "chromium"]) &&
    existsSync(chromium.executablePath())
  )
    return chromium.executablePath();
  if (
    process.platform === "linux" &&
    process.getuid?.() === 0 &&
    succeeds("apt-get", ["--version"], "ignore")
  ) {
    console.warn("The download failed; installing Debian's chromium …");
    succeeds("apt-get", ["install", "-y", "--no-install-recommends", "chromium"]) ||
      (succeeds("apt-get", ["update"]) &&
        succeeds("apt-get", ["install", "-y", "--no-install-recommends", "chromium"]));
    const installed = findChromium();
    if (installed !== undefined) return installed;
  }
  throw new Error(
    "The journeys need a Chromium and none could be found or installed. Install Chrome or Chromium, or run " +
      "“npx playwright install chromium”, or set CHROMIUM_PATH to the path of one.",
  );
}

function installedPlaces(): readonly string[] {
  const { env } = process;
  if (process.platform === "darwin")
    return [
      "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
      "/Applications/Chromium.app/Contents/MacOS/Chromium",
    ];
  if (process.platform === "win32")
    return [env.PROGRAMFILES, env["PROGRAMFILES(X86)"], env.LOCALAPPDATA]
      .filter((it) => it !== undefined)
      .map((it) => join(it, "Google", "Chrome", "Application", "chrome.exe"));
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
  return (env.PATH ?? "").split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
}

function succeeds(
  command: string,
  args: readonly string[],
  stdio: "inherit" | "ignore" = "inherit",
): boolean {
  try {
    execFileSync(command, [...args], { stdio });
    return true;
  } catch {
    return false;
  }
}
