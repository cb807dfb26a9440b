import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { dataFilesIn, type NamedBytes, tooMuchData } from "../../shared/protocol/desktop.ts";
import { explain } from "./trouble.ts";

export type ReadData = { readonly files: readonly NamedBytes[] } | { readonly failed: string };

/** The data files of a folder and nothing else in it, or one table. */
export async function readData(path: string): Promise<ReadData> {
  const name = basename(path);
  try {
    const met = await stat(path);
    if (met.isFile()) return await readAll(dirname(path), name, [name]);
    // Asked before opening, because opening a named pipe waits for ever.
    if (!met.isDirectory())
      return {
        failed: `Cannot open “${name}”: it is neither a folder nor a file. Choose a folder or a table.`,
      };
    const found = dataFilesIn(name, await readdir(path));
    return "failed" in found ? found : await readAll(path, name, found.names);
  } catch (error) {
    return { failed: explain(error, "open", name) };
  }
}

async function readAll(folder: string, name: string, names: readonly string[]): Promise<ReadData> {
  const sizes = await Promise.all(names.map(async (it) => (await stat(join(folder, it))).size));
  const failed = tooMuchData(
    name,
    sizes.reduce((sum, size) => sum + size, 0),
  );
  if (failed !== undefined) return { failed };
  const files: NamedBytes[] = [];
  // One after the other: a copy of each buffer exists for a moment.
  for (const it of names) files.push({ name: it, bytes: new Uint8Array(await readFile(join(folder, it))) });
  return { files };
}
