// `npm start [-- FILE.receptive] [-- --browser] [-- --port N]`: installs and builds what is missing, opens the app.

import { spawn } from "node:child_process";
import { join } from "node:path";
import { findElectron, hasDisplay } from "./electron.mjs";
import { ensureInstalled, root } from "./installed.mjs";
import { ensureBuilt } from "./run.mjs";

const words = process.argv.slice(2);
const quickExitMs = 5000;

ensureInstalled();
ensureBuilt();
const obstacle = words.includes("--browser") ? "as asked" : await openDesktop();
if (obstacle !== undefined) await serveBrowserEdition(obstacle);

/** Resolves when the app is closed; to the reason where it could not be opened. */
async function openDesktop() {
  if (!hasDisplay()) return "there is no display";
  const electron = findElectron();
  if (electron.missing !== undefined) return electron.missing;
  // Chromium's sandbox refuses to run as root.
  const sandbox = process.platform === "linux" && process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  const startedAt = Date.now();
  const status = await ended(spawn(electron.path, [...sandbox, root, ...words], { stdio: "inherit" }));
  if (status === 0) return undefined;
  if (Date.now() - startedAt < quickExitMs) return `Electron ended at once (${status})`;
  process.exit(typeof status === "number" ? status : 1);
}

async function serveBrowserEdition(reason) {
  console.log(`Serving the browser edition: ${reason}. Stop it with Ctrl+C.`);
  const port = words.indexOf("--port");
  const given = port < 0 ? [] : words.slice(port, port + 2);
  const server = join(root, "out", "main", "serve.js");
  const child = spawn(process.execPath, [server, ...given], { stdio: ["ignore", "pipe", "inherit"] });
  process.on("SIGINT", () => child.kill());
  process.on("SIGTERM", () => child.kill());
  child.stdout.setEncoding("utf8");
  child.stdout.once("data", async (address) => {
    console.log(address.trim());
    if (!hasDisplay()) return;
    const { default: open } = await import("open");
    await open(address.trim()).catch(() => console.log("Open this address in a browser."));
  });
  const status = await ended(child);
  process.exit(typeof status === "number" ? status : 0);
}

function ended(child) {
  return new Promise((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("exit", (status, signal) => resolve(status ?? signal));
  });
}
