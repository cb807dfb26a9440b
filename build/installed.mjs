// Runs on a fresh clone, before any package is there: Node only.

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

/** Installs the packages of package-lock.json unless exactly those are there. */
export function ensureInstalled(options = {}) {
  refuseOldNode();
  if (isInstalled()) return;
  console.log("Installing packages …");
  const npm = process.env.npm_execpath;
  // npm on Windows is a .cmd file, which only a shell can start.
  const ended = npm
    ? spawnSync(process.execPath, [npm, "ci"], { cwd: root, stdio: "inherit", ...options })
    : spawnSync("npm", ["ci"], {
        cwd: root,
        stdio: "inherit",
        shell: process.platform === "win32",
        ...options,
      });
  if (ended.status !== 0) {
    console.error(
      "The packages could not be installed (see above). Check the network and run this command again.",
    );
    process.exit(1);
  }
}

function refuseOldNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(
    `Receptive needs Node 20.19 or newer, this is ${process.versions.node}. Get it from https://nodejs.org.`,
  );
  process.exit(1);
}

/** npm keeps a list of what it installed; packages for other systems are missing from it. */
function isInstalled() {
  const list = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(list)) return false;
  const wanted = packagesIn(join(root, "package-lock.json"));
  const there = packagesIn(list);
  return Object.entries(wanted).every(([path, { version, optional, devOptional }]) => {
    if (path === "") return true;
    const met = there[path];
    return met ? met.version === version : optional === true || devOptional === true;
  });
}

function packagesIn(file) {
  return JSON.parse(readFileSync(file, "utf8")).packages ?? {};
}
