import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type InlineConfig } from "vite";
import { nodeBundles, preloadBundle } from "../main/vite.config.ts";
import { pageBundle } from "../renderer/vite.config.ts";
import { buildSimd } from "./simd.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const out = join(root, "out");

interface Part {
  readonly name: string;
  /** A change in any of these makes the part out of date. */
  readonly sources: readonly string[];
  /** A part whose entry is not written yet is passed over. */
  readonly entry: string;
  /** Relative to out/; missing means out of date. */
  readonly result: string;
  readonly bundles: readonly InlineConfig[];
}

const settings = ["package-lock.json", "build/build.ts", "build/icons"];
const parts: readonly Part[] = [
  {
    name: "desktop",
    sources: [...settings, "main", "shared/protocol"],
    entry: "main/preload.ts",
    result: "main/preload.cjs",
    bundles: [nodeBundles({ main: "electron/main.ts", serve: "serve.ts" }), preloadBundle],
  },
  {
    name: "command line",
    sources: [...settings, "main", "shared"],
    entry: "main/cli.ts",
    result: "main/cli.js",
    bundles: [nodeBundles({ cli: "cli.ts" })],
  },
  {
    name: "window",
    sources: [...settings, "renderer", "shared", "examples"],
    entry: "renderer/main.tsx",
    result: "renderer/index.html",
    bundles: [pageBundle],
  },
];

/** Builds what is out of date; `only` names the parts wanted. */
async function buildStale(only: readonly string[]): Promise<void> {
  await buildSimd();
  for (const part of parts) {
    if (only.length > 0 && !only.includes(part.name)) continue;
    if (!existsSync(join(root, part.entry))) continue;
    const stamp = join(out, "stamps", part.name);
    const state = await stateOf(part.sources);
    if (existsSync(join(out, part.result)) && (await readFile(stamp, "utf8").catch(() => "")) === state)
      continue;
    // Standard output belongs to the program that runs afterwards.
    console.error(`Building the ${part.name} …`);
    await rm(stamp, { force: true });
    for (const bundle of part.bundles) await build(bundle);
    await mkdir(join(out, "stamps"), { recursive: true });
    await writeFile(stamp, state);
  }
}

/** Changes with every file that is added, taken away or written. */
async function stateOf(sources: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const source of sources)
    for (const line of await listing(join(root, source))) hash.update(`${line}\n`);
  return hash.digest("hex");
}

async function listing(path: string): Promise<string[]> {
  const met = await stat(path).catch(() => undefined);
  if (met === undefined) return [];
  if (!met.isDirectory()) return isTest(path) ? [] : [`${path} ${met.size} ${met.mtimeMs}`];
  const inner = await Promise.all((await readdir(path)).sort().map((name) => listing(join(path, name))));
  return inner.flat();
}

const isTest = (path: string): boolean => /\.test\.tsx?$/.test(path);

await buildStale(process.argv.slice(2));
