import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { InlineConfig, Plugin } from "vite";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const electron = /^electron(\/|$)/;

const shared = {
  configFile: false,
  root: here("."),
  logLevel: "warn",
  // Everything is bundled, so that an installed app needs no node_modules.
  ssr: { noExternal: true },
} satisfies InlineConfig;

const output = {
  ssr: true,
  emitAssets: true,
  outDir: here("../out/main"),
  emptyOutDir: false,
  target: "node20",
  minify: false,
} satisfies InlineConfig["build"];

/** Node bundles that need nothing but Node and, for `main`, Electron: entry name → source. */
export const nodeBundles = (entries: Readonly<Record<string, string>>): InlineConfig => ({
  ...shared,
  plugins: [filesBesideModules()],
  build: {
    ...output,
    rolldownOptions: {
      external: electron,
      input: resolved(entries),
      output: { chunkFileNames: "chunks/[name]-[hash].js" },
    },
  },
});

/** The preload script is one CommonJS file: a sandboxed one can load no other. */
export const preloadBundle: InlineConfig = {
  ...shared,
  build: {
    ...output,
    rolldownOptions: {
      external: electron,
      input: { preload: here("preload.ts") },
      output: { format: "cjs", entryFileNames: "[name].cjs", codeSplitting: false },
    },
  },
};

const resolved = (entries: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, here(path)]));

const outFolder = "out-folder:";

/**
 * Carries `new URL("./x", import.meta.url)` over into a Node bundle, which Vite does for the browser only:
 * TypeScript (a thread's program) becomes an entry of its own, anything else (wasm) is copied, a folder whole.
 */
function filesBesideModules(): Plugin {
  return {
    name: "files-beside-modules",
    transform(code, id) {
      if (id.includes("node_modules") || !code.includes("import.meta.url")) return null;
      const found = code.replace(
        /new URL\(\s*"(\.[^"]+)",\s*import\.meta\.url\s*,?\s*\)/g,
        (_whole, path: string) => {
          const file = resolve(dirname(id), path);
          if (path.endsWith("/")) {
            for (const name of readdirSync(file))
              this.emitFile({
                type: "asset",
                fileName: `${basename(file)}/${name}`,
                source: readFileSync(join(file, name)),
              });
            return `new URL("${outFolder}${basename(file)}/", import.meta.url)`;
          }
          const reference = file.endsWith(".ts")
            ? this.emitFile({ type: "chunk", id: file })
            : this.emitFile({ type: "asset", name: basename(path), source: readFileSync(file) });
          return `new URL(import.meta.ROLLUP_FILE_URL_${reference})`;
        },
      );
      return found === code ? null : { code: found, map: null };
    },
    // Only now it is known which file the module came to stand in.
    renderChunk(code, { fileName }) {
      const up = "../".repeat(fileName.split("/").length - 1) || "./";
      return code.includes(outFolder) ? { code: code.replaceAll(outFolder, up), map: null } : null;
    },
  };
}

export default nodeBundles({ main: "electron/main.ts", serve: "serve.ts" });
