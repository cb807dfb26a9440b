import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { dataFolderLimitBytes, isIdxName, type NamedBytes } from "../../shared/protocol/desktop.ts";
import { explain } from "./trouble.ts";

export type ReadFolder = { readonly files: readonly NamedBytes[] } | { readonly failed: string };

/** The IDX files of a folder and nothing else in it. */
export async function readDataFolder(folder: string): Promise<ReadFolder> {
  const name = basename(folder);
  try {
    const names = (await readdir(folder)).filter(isIdxName).sort();
    if (names.length === 0)
      return {
        failed: `The folder “${name}” holds no IDX files. It needs train-images-idx3-ubyte and train-labels-idx1-ubyte, gzipped or not.`,
      };
    const sizes = await Promise.all(names.map(async (it) => (await stat(join(folder, it))).size));
    const total = sizes.reduce((sum, size) => sum + size, 0);
    if (total > dataFolderLimitBytes)
      return {
        failed: `The IDX files in “${name}” have ${Math.round(total / 2 ** 20)} MiB, and at most ${dataFolderLimitBytes / 2 ** 20} MiB can be opened. Use fewer images.`,
      };
    const files: NamedBytes[] = [];
    // One after the other: a copy of each buffer exists for a moment.
    for (const it of names) files.push({ name: it, bytes: new Uint8Array(await readFile(join(folder, it))) });
    return { files };
  } catch (error) {
    return { failed: explain(error, "open", name) };
  }
}
