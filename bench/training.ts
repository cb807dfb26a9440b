import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { middle, type Row } from "./measure.ts";
import { batches, networks } from "./networks.ts";

const rounds = 3;

/** What one measurement runs: `ours` on one or two threads, or with live views; PyTorch on one or two. */
type Contender = "ours" | "ours, 1 thread" | "ours, watched" | "PyTorch" | "PyTorch, 1 thread";

/**
 * Images per second of every network and batch: the app's own training path in Node and PyTorch by turns, each in a
 * process of its own, so that both meet the same moods of a shared machine; medians. Without PyTorch its rows are left out.
 */
export function trainingFigures(seconds: number, say: (line: string) => void): readonly Row[] {
  const python = findTorch();
  if (!python) say("PyTorch is not installed here: its figures are left out.");
  const rows: Row[] = [];
  for (const { name } of networks)
    for (const batch of batches) {
      const rates = new Map<Contender, number[]>();
      const note = (who: Contender, rate: number): unknown =>
        rates.set(who, [...(rates.get(who) ?? []), rate]);
      for (let round = 0; round < rounds; round++) {
        if (python) {
          note("PyTorch", torch(python, name, batch, 2, seconds));
          note("PyTorch, 1 thread", torch(python, name, batch, 1, seconds));
        }
        note("ours", ours(name, batch, 2, seconds));
        note("ours, 1 thread", ours(name, batch, 1, seconds));
        if (name === "LeNet") note("ours, watched", ours(name, batch, 2, seconds, "watched"));
      }
      const rate = (who: Contender): number => middle(rates.get(who) ?? []);
      const theirs = python ? Math.max(rate("PyTorch"), rate("PyTorch, 1 thread")) : 0;
      const notes = [
        `${(rate("ours") / rate("ours, 1 thread")).toFixed(2)}× that of 1 thread`,
        ...(name === "LeNet"
          ? [`live views cost ${(100 - (100 * rate("ours, watched")) / rate("ours")).toFixed(1)} %`]
          : []),
      ];
      rows.push({
        what: `${name} ${batch}, Node, simd`,
        imagesPerSecond: rate("ours"),
        note: notes.join(", "),
        ...(theirs ? { ratio: rate("ours") / theirs } : {}),
      });
      if (theirs) {
        const single = rate("PyTorch, 1 thread") > rate("PyTorch");
        rows.push({
          what: `${name} ${batch}, PyTorch`,
          imagesPerSecond: theirs,
          note: single ? "1 thread" : "2 threads",
        });
      }
      say(
        rows
          .slice(theirs ? -2 : -1)
          .map((it) => `${it.what}: ${Math.round(it.imagesPerSecond ?? 0)}`)
          .join("; "),
      );
    }
  for (const batch of batches)
    rows.push({
      what: `LeNet ${batch}, Node, tfjs cpu`,
      imagesPerSecond: inNode("LeNet", batch, "cpu", 1, 1),
    });
  return rows;
}

const findTorch = (): string | undefined =>
  ["/usr/bin/python3", "python3", "python"].find(
    (it) => spawnSync(it, ["-c", "import torch"], { stdio: "ignore" }).status === 0,
  );

function torch(python: string, network: string, batch: number, threads: number, seconds: number): number {
  // OpenBLAS shall choose the kernels for this processor itself.
  const { OPENBLAS_CORETYPE: _, OPENBLAS_L2_SIZE: __, ...env } = process.env;
  const { stdout, stderr } = spawnSync(
    python,
    [join(import.meta.dirname, "pytorch.py"), network, String(batch), String(threads), String(seconds)],
    { encoding: "utf8", env },
  );
  return rateIn(stdout, stderr, `pytorch.py ${network}`);
}

const ours = (network: string, batch: number, threads: number, seconds: number, how = ""): number =>
  inNode(network, batch, "simd", threads, seconds, how);

function inNode(
  network: string,
  batch: number,
  backend: string,
  threads: number,
  seconds: number,
  how = "",
): number {
  const script = join(import.meta.dirname, "..", "out", "main", "bench.js");
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [script, network, String(batch), backend, String(threads), String(seconds), how],
    { encoding: "utf8" },
  );
  return rateIn(stdout, stderr, `bench.js ${network} ${batch} ${backend}`);
}

function rateIn(stdout: string, stderr: string, what: string): number {
  const rate = Number(stdout.trim().split("\n").at(-1));
  if (!rate) throw new Error(`${what} gave no figure: ${stderr.slice(-500)}`);
  return rate;
}
