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

/**
 * Node bundles that need nothing but Node and, for `main`, Electron: entry name → source. What they share goes
 * into the folder `chunks`.
 */
export const nodeBundles = (entries: Readonly<Record<string, string>>, chunks: string): InlineConfig => ({
  ...shared,
  plugins: [foldersBesideModules(), filesBesideModules()],
  build: {
    ...output,
    rolldownOptions: {
      external: electron,
      input: resolved(entries),
      output: { chunkFileNames: `${chunks}/[name]-[hash].js` },
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
const outFile = "out-file:";

/**
 * Carries `new URL("./folder/", import.meta.url)` over into a Node bundle, which Vite does for the browser only,
 * with all files of the folder.
 */
function foldersBesideModules(): Plugin {
  return {
    name: "folders-beside-modules",
    transform(code, id) {
      if (id.includes("node_modules")) return null;
      const carried = code.replace(
        /new URL\("(\.[^"]+)\/",\s*import\.meta\.url\)/g,
        (_whole, path: string) => {
          const folder = resolve(dirname(id), path);
          for (const name of readdirSync(folder)) {
            const source = readFileSync(join(folder, name));
            this.emitFile({ type: "asset", fileName: `${basename(folder)}/${name}`, source });
          }
          return `new URL("${outFolder}${basename(folder)}/", import.meta.url)`;
        },
      );
      return carried === code ? null : { code: carried, map: null };
    },
    // Only now it is known in which file the module came to stand.
    renderChunk(code, { fileName }) {
      const up = "../".repeat(fileName.split("/").length - 1) || "./";
      return code.includes(outFolder) ? { code: code.replaceAll(outFolder, up), map: null } : null;
    },
  };
}

/** The same for `new URL("./file.wasm", import.meta.url)`, and for fonts. */
function filesBesideModules(): Plugin {
  return {
    name: "files-beside-modules",
    transform(code, id) {
      if (id.includes("node_modules")) return null;
      const carried = code.replace(
        /new URL\(\s*"(\.[^"]+\.(?:wasm|ttf))",\s*import\.meta\.url,?\s*\)/g,
        (_whole, path: string) => {
          const fileName = `assets/${basename(path)}`;
          this.emitFile({ type: "asset", fileName, source: readFileSync(resolve(dirname(id), path)) });
          return `new URL("${outFile}${fileName}", import.meta.url)`;
        },
      );
      return carried === code ? null : { code: carried, map: null };
    },
    renderChunk(code, { fileName }) {
      const up = "../".repeat(fileName.split("/").length - 1) || "./";
      return code.includes(outFile) ? { code: code.replaceAll(outFile, up), map: null } : null;
    },
  };
}
