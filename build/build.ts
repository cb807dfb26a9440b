import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { InlineConfig } from "vite";
import { buildSimd } from "./simd.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const out = join(root, "out");

interface Part {
  readonly name: string;
  /** A change in any of these makes the part out of date. */
  readonly sources: readonly string[];
  /** Folder in out/ that holds nothing but this part: what is no longer written there is taken away. */
  readonly chunks: string;
  /** Relative to out/; missing means out of date. */
  readonly result: string;
  /** Loaded only when needed, because Vite takes its time to start. */
  bundles(): Promise<readonly InlineConfig[]>;
}

const settings = ["package-lock.json", "build/build.ts", "build/icons"];
const parts: readonly Part[] = [
  {
    name: "desktop",
    sources: [...settings, "main", "shared/protocol"],
    chunks: "main/desktop",
    result: "main/preload.cjs",
    async bundles() {
      const { nodeBundles, preloadBundle } = await import("../main/vite.config.ts");
      return [nodeBundles({ main: "electron/main.ts", serve: "serve.ts" }, "desktop"), preloadBundle];
    },
  },
  {
    name: "command line",
    sources: [...settings, "main", "shared"],
    chunks: "main/command-line",
    result: "main/cli.js",
    bundles: async () => [
      (await import("../main/vite.config.ts")).nodeBundles({ cli: "cli.ts" }, "command-line"),
    ],
  },
  {
    name: "window",
    sources: [...settings, "renderer", "shared", "examples"],
    chunks: "renderer",
    result: "renderer/index.html",
    bundles: async () => [(await import("../renderer/vite.config.ts")).pageBundle],
  },
];

/** Builds what is out of date; `only` names the parts wanted. */
async function buildStale(only: readonly string[]): Promise<void> {
  await buildSimd();
  for (const part of parts) {
    if (only.length > 0 && !only.includes(part.name)) continue;
    const stamp = join(out, "stamps", part.name);
    const state = await stateOf(part.sources);
    if (existsSync(join(out, part.result)) && (await readFile(stamp, "utf8").catch(() => "")) === state)
      continue;
    // Standard output belongs to the program that runs afterwards.
    console.error(`Building the ${part.name} …`);
    await rm(stamp, { force: true });
    const written: string[] = [];
    for (const bundle of await part.bundles()) written.push(...(await writeBundle(bundle)));
    await sweep(join(out, part.chunks), new Set(written));
    await mkdir(join(out, "stamps"), { recursive: true });
    await writeFile(stamp, state);
  }
}

/** The paths written. */
async function writeBundle(bundle: InlineConfig): Promise<readonly string[]> {
  const { build } = await import("vite");
  const results = [await build(bundle)].flat();
  const folder = bundle.build?.outDir ?? out;
  return results.flatMap((it) =>
    "output" in it ? it.output.map(({ fileName }) => join(folder, fileName)) : [],
  );
}

/** Only after the new files are there: another process may be starting the app. */
async function sweep(folder: string, written: ReadonlySet<string>): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !written.has(path)) await rm(path, { force: true });
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

try {
  await buildStale(process.argv.slice(2));
} catch (error) {
  // The bundler's message names file and line; its stack names only the bundler.
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
