import { basename, resolve } from "node:path";
import { choiceOf } from "../../shared/protocol/desktop.ts";
import type { DataChoice, Dataset } from "../../shared/train/dataset.ts";
import { loadDataset } from "../../shared/train/load-dataset.ts";
import { readData } from "../files/data-files.ts";

/** The data of `--data`, a folder or a CSV table, or those that the document names. */
export async function images(
  choice: DataChoice,
  path: string | undefined,
): Promise<Dataset | { readonly failed: string } | { readonly wrong: string }> {
  if (path === undefined && (choice.source === "folder" || choice.source === "table"))
    return {
      wrong: `the document trains on the ${choice.source} “${choice.name}” and does not know where it lies. Add --data ${choice.source === "table" ? "FILE" : "DIR"}.`,
    };
  const read = path === undefined ? undefined : await readData(path);
  if (read && "failed" in read) return read;
  const named = path === undefined || !read ? choice : choiceOf(basename(resolve(path)), read.files);
  const dataset = loadDataset(named, read?.files);
  return "refused" in dataset ? { failed: dataset.refused } : dataset;
}
