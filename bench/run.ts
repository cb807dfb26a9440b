import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "vite";
import { nodeBundles } from "../main/vite.config.ts";
import { chromiumFigures } from "./in-chromium.ts";
import type { Row } from "./measure.ts";
import { trainingFigures } from "./training.ts";
import { windowFigures } from "./window.ts";

// `npm run bench [-- --json] [-- --seconds N] [-- --only PART]`: all figures as a table, or as one JSON value; out/bench.json
// keeps them. Parts: compiler, exports, kernels, training, chromium, window.
const argument = (name: string): string | undefined => {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
};
const seconds = Number(argument("--seconds") ?? 2);
const only = argument("--only");

const bundled = (name: string): string => join(import.meta.dirname, "..", "out", "main", name);
const say = (line: string): void => console.error(line);
const inProcess = (name: string): readonly Row[] =>
  JSON.parse(spawnSync(process.execPath, [bundled(name)], { encoding: "utf8" }).stdout);
const chromium = ["/usr/bin/chromium", "/usr/bin/google-chrome"].find((it) => existsSync(it));

const parts: Readonly<Record<string, () => readonly Row[] | Promise<readonly Row[]>>> = {
  compiler: () => inProcess("compile.js"),
  exports: () => inProcess("exports.js"),
  kernels: () => inProcess("kernels.js"),
  training: () => trainingFigures(seconds, say),
  chromium: () => chromiumFigures(chromium, seconds),
  window: () => windowFigures(chromium),
};
if (only && !parts[only]) throw new Error(`--only must be ${Object.keys(parts).join(", ")}, got ${only}.`);

// Bundled like the app's own parts: tsx would slow every closure down.
const entries = {
  bench: "in-node",
  compile: "compile-alone",
  exports: "exports-alone",
  kernels: "kernels-alone",
};
await build(
  nodeBundles(
    Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, `../bench/${file}.ts`])),
    "bench",
  ),
);

const rows: Row[] = [];
for (const [name, measure] of Object.entries(parts)) {
  if (only && only !== name) continue;
  say(`${name} …`);
  rows.push(...(await measure()));
}
writeFileSync(join(import.meta.dirname, "..", "out", "bench.json"), JSON.stringify(rows, undefined, 2));

if (process.argv.includes("--json")) console.log(JSON.stringify(rows));
else
  console.table(
    rows.map(({ what, ms, imagesPerSecond, gigaflops, ratio, note }) => ({
      what,
      ms: ms?.toFixed(2) ?? "",
      "images/s": imagesPerSecond ? Math.round(imagesPerSecond).toLocaleString("en") : "",
      "GFLOP/s": gigaflops?.toFixed(1) ?? "",
      "× PyTorch": ratio?.toFixed(2) ?? "",
      note: note ?? "",
    })),
  );
