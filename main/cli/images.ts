import { basename, resolve } from "node:path";
import type { DataChoice, Dataset } from "../../shared/train/dataset.ts";
import { loadDataset } from "../../shared/train/load-dataset.ts";
import { readDataFolder } from "../files/data-folder.ts";

/** The images of `--data DIR`, or those that the document names. */
export async function images(
  choice: DataChoice,
  folder: string | undefined,
): Promise<Dataset | { readonly failed: string } | { readonly wrong: string }> {
  if (folder === undefined && choice.source === "folder")
    return {
      wrong: `the document trains on the folder “${choice.name}” and does not know where it lies. Add --data DIR.`,
    };
  const read = folder === undefined ? undefined : await readDataFolder(folder);
  if (read && "failed" in read) return read;
  const named: DataChoice =
    folder === undefined ? choice : { source: "folder", name: basename(resolve(folder)) };
  const dataset = loadDataset(named, read?.files);
  return "refused" in dataset ? { failed: dataset.refused } : dataset;
}
