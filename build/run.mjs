import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "./installed.mjs";

/** Runs a program of ours or of a package with this Node and returns its exit status. */
export function runNode(args, options = {}) {
  const ended = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit", ...options });
  return ended.status ?? 1;
}

/** Runs a TypeScript file. */
export function runTypeScript(file, args = [], options = {}) {
  return runNode(["--import", "tsx", join(root, file), ...args], options);
}

/** Builds what is out of date, or ends this process. */
export function ensureBuilt(args = [], options = {}) {
  const status = runTypeScript("build/build.ts", args, options);
  if (status !== 0) process.exit(status);
}
