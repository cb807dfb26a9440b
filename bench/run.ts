import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { build } from "vite";
import { nodeBundles } from "../main/vite.config.ts";
import { chromiumFigures } from "./in-chromium.ts";
import { middle, type Row } from "./measure.ts";
import { batches, networks } from "./networks.ts";
import { windowFigures } from "./window.ts";

// `npm run bench [-- --json] [-- --seconds N]`: all figures as a table, or as one JSON value.
const json = process.argv.includes("--json");
const secondsAt = process.argv.indexOf("--seconds");
const seconds = secondsAt < 0 ? 3 : Number(process.argv[secondsAt + 1]);
const rounds = 3;

const bundled = (name: string): string => join(import.meta.dirname, "..", "out", "main", name);
const here = (file: string): string => join(import.meta.dirname, file);
const say = (line: string): void => console.error(line);

interface TorchLine {
  readonly network: string;
  readonly batch: number;
  readonly threads: number;
  readonly imagesPerSecond: number;
}

/** PyTorch's figures, or none with a line that says why. */
function pytorch(): readonly TorchLine[] {
  const python = ["/usr/bin/python3", "python3", "python"].find(
    (it) => spawnSync(it, ["-c", "import torch"], { stdio: "ignore" }).status === 0,
  );
  if (!python) {
    say("PyTorch is not installed here: its figures are left out.");
    return [];
  }
  const { stdout } = spawnSync(python, [here("pytorch.py"), String(Math.max(0.5, seconds / 3))], {
    encoding: "utf8",
  });
  return stdout
    .trim()
    .split("\n")
    .filter(Boolean)
    .map((it) => JSON.parse(it) as TorchLine);
}

function inNode(network: string, batch: number, backend: string, forSeconds: number): number {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [bundled("bench.js"), network, String(batch), backend, String(forSeconds)],
    { encoding: "utf8" },
  );
  const rate = Number(stdout.trim().split("\n").at(-1));
  if (!rate) throw new Error(`bench.js ${network} ${batch} ${backend} gave no figure: ${stderr.slice(-500)}`);
  return rate;
}

/** Ours and PyTorch by turns, so that both meet the same moods of a shared machine; medians. */
function trainingFigures(): readonly Row[] {
  const ours = new Map<string, number[]>();
  const theirs = new Map<string, number[]>();
  const note = (into: Map<string, number[]>, key: string, rate: number) =>
    into.set(key, [...(into.get(key) ?? []), rate]);
  for (let round = 0; round < rounds; round++) {
    for (const { network, batch, threads, imagesPerSecond } of pytorch())
      note(theirs, `${network} ${batch} ${threads}`, imagesPerSecond);
    for (const { name } of networks)
      for (const batch of batches) note(ours, `${name} ${batch}`, inNode(name, batch, "simd", seconds));
  }
  return networks.flatMap(({ name }) =>
    batches.flatMap((batch): Row[] => {
      const rate = middle(ours.get(`${name} ${batch}`) ?? []);
      const torch = Math.max(
        ...[1, 2].map((it) => middle(theirs.get(`${name} ${batch} ${it}`) ?? [])).filter(Boolean),
        0,
      );
      return [
        {
          what: `${name} ${batch}, Node, simd`,
          imagesPerSecond: rate,
          ...(torch ? { ratio: rate / torch } : {}),
        },
        ...(torch ? [{ what: `${name} ${batch}, PyTorch`, imagesPerSecond: torch }] : []),
        ...(name === "LeNet"
          ? [{ what: `${name} ${batch}, Node, tfjs cpu`, imagesPerSecond: inNode(name, batch, "cpu", 1) }]
          : []),
      ];
    }),
  );
}

// Bundled like the app's own parts: tsx would slow every closure down.
await build(nodeBundles({ bench: "../bench/in-node.ts", compile: "../bench/compile-alone.ts" }, "bench"));

say("Compiler …");
const compiler = spawnSync(process.execPath, [bundled("compile.js")], { encoding: "utf8" });
const rows: Row[] = JSON.parse(compiler.stdout);
say("Training in Node and PyTorch by turns …");
rows.push(...trainingFigures());
say("Training in Chromium's worker …");
const chromium = ["/usr/bin/chromium", "/usr/bin/google-chrome"].find((it) => existsSync(it));
rows.push(...(await chromiumFigures(chromium, seconds)));
say("The window …");
rows.push(...(await windowFigures(chromium)));

if (json) console.log(JSON.stringify(rows));
else
  console.table(
    rows.map(({ what, ms, imagesPerSecond, ratio, note }) => ({
      what,
      ms: ms?.toFixed(2) ?? "",
      "images/s": imagesPerSecond ? Math.round(imagesPerSecond).toLocaleString("en") : "",
      "× PyTorch": ratio?.toFixed(2) ?? "",
      note: note ?? "",
    })),
  );
