import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./installed.mjs";

const folder = join(root, "node_modules", "electron");

/** Electron's binary, downloaded if need be, or one line that says why there is none. */
export function findElectron() {
  const named = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (named) {
    const path = join(named, process.platform === "win32" ? "electron.exe" : "electron");
    return existsSync(path)
      ? { path }
      : { missing: `ELECTRON_OVERRIDE_DIST_PATH holds no Electron (${path})` };
  }
  return installed() ?? download() ?? installed() ?? { missing: "Electron's installer left no binary" };
}

/** Whether a window can be shown. */
export const hasDisplay = () =>
  process.platform !== "linux" || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);

function installed() {
  // Electron's installer notes the platform's name of the binary here.
  const note = join(folder, "path.txt");
  if (!existsSync(note)) return undefined;
  const path = join(folder, "dist", readFileSync(note, "utf8"));
  return existsSync(path) ? { path } : undefined;
}

/** Nothing when it worked. */
function download() {
  console.log("Downloading Electron …");
  const ended = spawnSync(process.execPath, [join(folder, "install.js")], { cwd: root, encoding: "utf8" });
  if (ended.status === 0) return undefined;
  return { missing: `Electron could not be downloaded (${reasonIn(ended.stderr ?? "")})` };
}

/** The first line that names an error, without the stack below it. */
function reasonIn(output) {
  const line = output.split("\n").find((it) => /error/i.test(it));
  const reason = line?.replace(/^.*?Error:\s*/, "").trim() || "its installer failed";
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const isOld = major < 22 || (major === 22 && minor < 12);
  return isOld
    ? `${reason}; its installer wants Node 22.12 or newer, this is ${process.versions.node}`
    : reason;
}
