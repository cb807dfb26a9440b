import { modelFilesIn, tooLargeModel } from "../../shared/protocol/desktop.ts";
import type { Failed, ModelFiles } from "./host.ts";
import { reasonOf } from "./read-file.ts";

/** The files of one model, read by the page itself: no path is needed for them. */
export async function readModel(name: string, files: readonly File[]): Promise<ModelFiles | Failed> {
  const message = tooLargeModel(
    name,
    files.reduce((sum, it) => sum + it.size, 0),
  );
  if (message !== undefined) return { type: "failed", message };
  try {
    const read = [];
    for (const it of files) read.push({ name: it.name, bytes: new Uint8Array(await it.arrayBuffer()) });
    return { type: "model", name, files: read };
  } catch (error) {
    return { type: "failed", message: `Cannot open “${name}”: ${reasonOf(error)}.` };
  }
}

/** Those of a folder's files that are its model; undefined where it holds none. */
export function modelIn(files: readonly File[]): readonly File[] | undefined {
  const names = modelFilesIn(files.map((it) => it.name));
  return names && files.filter((it) => names.includes(it.name));
}
