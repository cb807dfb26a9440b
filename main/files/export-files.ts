import { mkdir, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { NamedBytes } from "../../shared/protocol/desktop.ts";
import { codeOf } from "./trouble.ts";
import { writeWhole } from "./write-whole.ts";

/** Whether an exported file's name stays inside the folder it is written to, on every system. */
export function isInnerName(name: string): boolean {
  if (name.length > 200 || /[\\:*?"<>|\p{Cc}]/u.test(name)) return false;
  return name.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}

export type FolderState = "free" | "empty" | "taken";

/** What lies at the place where an export folder is wanted. Throws the system's error, ENOTDIR for a file. */
export async function stateOfFolder(folder: string): Promise<FolderState> {
  try {
    return (await readdir(folder)).length === 0 ? "empty" : "taken";
  } catch (error) {
    if (codeOf(error) === "ENOENT") return "free";
    throw error;
  }
}

/** Writes every file into the folder, each one whole; files of other names stay. Throws the system's error. */
export async function writeFolder(folder: string, files: readonly NamedBytes[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const { name, bytes } of files) {
    const path = join(folder, ...name.split("/"));
    await mkdir(dirname(path), { recursive: true });
    await writeWhole(path, bytes);
  }
}
