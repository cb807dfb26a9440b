import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import {
  isModelName,
  type ModelFiles,
  modelFilesIn,
  type NamedBytes,
  tooLargeModel,
} from "../../shared/protocol/desktop.ts";
import { isInnerName } from "./export-files.ts";
import { explain } from "./trouble.ts";

export type ReadModel = Omit<ModelFiles, "type"> | { readonly failed: string };

/**
 * The files of one model: those given, or a folder's. A model.json that comes alone brings the shards of weights that it
 * names and that lie beside it; nothing outside its folder is read.
 */
export async function readModelFiles(paths: readonly string[]): Promise<ReadModel> {
  const [first = "", ...others] = paths;
  const name = basename(first);
  try {
    for (const path of paths) {
      const met = await stat(path);
      if (met.isDirectory() && !others.length) return await readFolder(first);
      // Asked before opening, because opening a named pipe waits for ever.
      if (!met.isFile())
        return { failed: `Cannot open “${basename(path)}”: it is not a file. Choose a model.` };
      if (others.length && !isModelName(path))
        return {
          failed: `“${basename(path)}” is no part of a model. Open one document, or the files of one model.`,
        };
    }
    const read = await readAll(name, paths);
    if ("failed" in read || others.length || !/\.json$/i.test(first)) return read;
    const shards = await shardsBeside(first, read.files);
    // Every layers-model is called model.json; its folder says which one it is.
    const called = name === "model.json" ? basename(dirname(resolve(first))) : name;
    return shards.length ? await readAll(called, [first, ...shards]) : { ...read, name: called };
  } catch (error) {
    return { failed: explain(error, "open", name) };
  }
}

async function readFolder(folder: string): Promise<ReadModel> {
  const name = basename(folder);
  const found = modelFilesIn(await readdir(folder));
  return found
    ? readAll(
        name,
        found.map((it) => join(folder, it)),
      )
    : {
        failed: `The folder “${name}” holds no model.json and not one model alone. Choose the model’s own file.`,
      };
}

async function readAll(name: string, paths: readonly string[]): Promise<ReadModel> {
  const sizes = await Promise.all(paths.map(async (it) => (await stat(it)).size));
  const failed = tooLargeModel(
    name,
    sizes.reduce((sum, size) => sum + size, 0),
  );
  if (failed !== undefined) return { failed };
  const files: NamedBytes[] = [];
  // One after the other: a copy of each buffer exists for a moment.
  for (const it of paths) files.push({ name: basename(it), bytes: new Uint8Array(await readFile(it)) });
  return { name, files };
}

/** The shards that a layers-model names, as far as they are there; whoever reads the model says what is missing. */
async function shardsBeside(path: string, files: readonly NamedBytes[]): Promise<readonly string[]> {
  const folder = dirname(path);
  const there = new Set(await readdir(folder));
  const names = shardNames(files).filter((it) => isInnerName(it) && there.has(it) && it !== basename(path));
  return [...new Set(names)].map((it) => join(folder, it));
}

function shardNames([json]: readonly NamedBytes[]): readonly string[] {
  try {
    const model: unknown = JSON.parse(new TextDecoder().decode(json?.bytes));
    const manifest: unknown = isObject(model) ? model.weightsManifest : undefined;
    if (!Array.isArray(manifest)) return [];
    return manifest
      .flatMap((it: unknown) => (isObject(it) && Array.isArray(it.paths) ? it.paths : []))
      .filter((it) => typeof it === "string");
  } catch {
    return [];
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;
