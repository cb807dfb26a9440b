// Compiles the AssemblyScript kernels of the simd backend into the four WebAssembly variants a host can choose from.

import { execFile } from "node:child_process";
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("..", import.meta.url));
const sources = join(root, "shared", "simd", "kernels");
const target = join(root, "shared", "simd", "generated");
const compiler = join(root, "node_modules", "assemblyscript", "bin", "asc.js");

const variants = [
  { name: "kernels.wasm", flags: [] },
  { name: "kernels-relaxed.wasm", flags: ["--enable", "relaxed-simd"] },
  { name: "kernels-threads.wasm", flags: ["--enable", "threads", "--sharedMemory"] },
  {
    name: "kernels-relaxed-threads.wasm",
    flags: ["--enable", "relaxed-simd", "--enable", "threads", "--sharedMemory"],
  },
];

const flags = [
  // -O3 takes twice as long and gains nothing: the engine optimizes what matters.
  ...["-O2", "--noAssert", "--runtime", "stub", "--use", "abort="],
  // The pages are what the module demands of the memory it is given: at least 1 MiB, at most 2 GiB.
  ...["--importMemory", "--initialMemory", "16", "--maximumMemory", "32768"],
  ...["--enable", "simd"],
];

/** Writes `shared/simd/generated/kernels{,-relaxed}{,-threads}.wasm`; does nothing when they are up to date. */
export async function buildSimd(): Promise<void> {
  const newest = Math.max(...(await modifiedTimes([sources, fileURLToPath(import.meta.url)])));
  const stale: typeof variants = [];
  for (const variant of variants) {
    const [built = 0] = await modifiedTimes([join(target, variant.name)]);
    if (built <= newest) stale.push(variant);
  }
  if (stale.length === 0) return;
  await mkdir(target, { recursive: true });
  await Promise.all(stale.map((variant) => compile(variant.name, variant.flags)));
}

/**
 * Compiles beside the target and renames: another process may read the old file or build the same one. The compiler
 * runs in a process of its own, because tsx would first spend ten seconds on transforming it, and so that the variants
 * use all processors.
 */
async function compile(name: string, variantFlags: readonly string[]): Promise<void> {
  const unfinished = join(target, `${process.pid}-${name}`);
  const entry = relative(root, join(sources, "index.ts"));
  const options = [entry, "--baseDir", root, "-o", relative(root, unfinished), ...flags, ...variantFlags];
  try {
    const { stderr } = await promisify(execFile)(process.execPath, [compiler, ...options], { cwd: root });
    if (stderr) throw new Error(stderr);
  } catch (trouble) {
    await rm(unfinished, { force: true });
    throw new Error(`AssemblyScript could not compile ${name}: ${String(trouble)}`);
  }
  await rename(unfinished, join(target, name));
}

/** Times of the files and of everything in the folders; what does not exist has none. */
async function modifiedTimes(paths: readonly string[]): Promise<number[]> {
  const times: number[] = [];
  for (const path of paths) {
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile()) times.push(found.mtimeMs);
    if (found?.isDirectory())
      times.push(...(await modifiedTimes((await readdir(path)).map((name) => join(path, name)))));
  }
  return times;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await buildSimd();
}
