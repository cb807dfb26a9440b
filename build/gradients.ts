import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { buildSimd } from "./simd.ts";

// Bundles the gradient cases for a browser's worker: e2e/gradients.spec.ts asks for it and runs what lies in out/gradients.

const root = fileURLToPath(new URL("..", import.meta.url));

await buildSimd();
await build({
  configFile: false,
  root,
  logLevel: "warn",
  build: {
    outDir: join(root, "out", "gradients"),
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    minify: false,
    chunkSizeWarningLimit: 10_000,
    rolldownOptions: {
      checks: { pluginTimings: false },
      input: { gradients: join(root, "shared", "tfjs", "testing", "gradients-in-browser.ts") },
      // What Vite puts before a lazy chunk looks for a document, which a worker has not.
      output: { entryFileNames: "[name].js", codeSplitting: false },
    },
  },
  worker: { format: "es" },
});
