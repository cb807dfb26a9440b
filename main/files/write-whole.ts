import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { access, chmod, open, readlink, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { codeOf } from "./trouble.ts";

/**
 * Writes a file so that its path holds either the old content or the new one, never a part: a temporary file
 * beside it, synced, then renamed over it. Symbolic links stay links, the mode is kept, a read-only file
 * stays as it is. Throws the system's error.
 *
 * Not the package write-file-atomic (7.0.1): it calls `fs.write` once and ignores the count, so that on a
 * nearly full disk it puts a truncated file in place and reports success (seen on a 64 kB tmpfs).
 */
export function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const key = resolve(path);
  // Two saves of one file must end with the later one.
  const turn = (turns.get(key) ?? Promise.resolve()).then(() => write(key, content));
  const settled = turn.catch(() => undefined);
  turns.set(key, settled);
  void settled.then(() => turns.get(key) === settled && turns.delete(key));
  return turn;
}

const turns = new Map<string, Promise<void>>();

async function write(path: string, content: string | Uint8Array): Promise<void> {
  const target = await follow(path);
  const mode = await modeOf(target);
  const temporary = join(
    dirname(target),
    `.${basename(target).slice(0, 100)}.${randomBytes(6).toString("hex")}.tmp`,
  );
  try {
    const file = await open(temporary, "wx", mode ?? 0o666);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    // The mode given to open was cut by the umask.
    if (mode !== undefined) await chmod(temporary, mode);
    await renamePatiently(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(target));
}

/** The file behind a symbolic link, which need not exist yet. */
async function follow(path: string, steps = 0): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (codeOf(error) !== "ENOENT" || steps > 40) throw error;
  }
  try {
    return await follow(resolve(dirname(path), await readlink(path)), steps + 1);
  } catch (error) {
    // EINVAL: not a link. UNKNOWN: Windows says so for some file systems.
    if (["ENOENT", "EINVAL", "UNKNOWN"].includes(codeOf(error) ?? "")) return path;
    throw error;
  }
}

async function modeOf(target: string): Promise<number | undefined> {
  try {
    const met = await stat(target);
    if (met.isDirectory()) throw systemError("EISDIR", target);
    if (!met.isFile()) throw systemError("EEXIST", target);
    // Renaming needs no permission on the file itself; without this a write-protected file would be replaced.
    await access(target, constants.W_OK);
    return met.mode & 0o7777;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** On Windows a virus scanner or indexer may hold the file for a moment. */
async function renamePatiently(from: string, to: string): Promise<void> {
  for (const waitMs of [20, 50, 100, 200, 400]) {
    try {
      return await rename(from, to);
    } catch (error) {
      if (process.platform !== "win32" || !["EPERM", "EACCES", "EBUSY"].includes(codeOf(error) ?? ""))
        throw error;
      await pause(waitMs);
    }
  }
  await rename(from, to);
}

/** Makes the rename itself survive a power cut; not every system lets a folder be opened. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, "r");
    await handle.sync().finally(() => handle.close());
  } catch {
    // The file is in place either way.
  }
}

const systemError = (code: string, path: string): Error =>
  Object.assign(new Error(`${code}: ${path}`), { code });
