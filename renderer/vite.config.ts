import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import type { InlineConfig } from "vite";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The window's page and its workers, the same files for the desktop and the browser edition. */
export const pageBundle: InlineConfig = {
  configFile: false,
  root: here("."),
  base: "/",
  logLevel: "warn",
  plugins: [react()],
  build: {
    outDir: here("../out/renderer"),
    emptyOutDir: false,
    // The content security policy knows no data: addresses for fonts and programs.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Bundling tfjs for the worker takes the time it takes.
    rolldownOptions: { checks: { pluginTimings: false } },
    // tfjs and the HDF5 library are large, and load in workers only.
    chunkSizeWarningLimit: 6000,
  },
  worker: {
    format: "es",
    rolldownOptions: {
      checks: { pluginTimings: false },
      output: {
        // main/pages/headers.ts gives these two, and them alone, the right to compile WebAssembly.
        entryFileNames: ({ facadeModuleId }) => {
          const [, own] = /\/renderer\/(train|exchange)\/worker\.ts$/.exec(facadeModuleId ?? "") ?? [];
          return `workers/${own ?? "[name]"}-[hash].js`;
        },
        chunkFileNames: "workers/chunks/[name]-[hash].js",
      },
    },
  },
};
