import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { middle, type Row } from "./measure.ts";
import { batches, networks } from "./networks.ts";

const rounds = 3;

/**
 * What one measurement runs: `ours` on two threads or on one, two such at once, or with live views; PyTorch on two or
 * one, as it comes or with its memory kept.
 * Two processes at once do twice the work of one thread, without waiting for each other: what two threads can reach at
 * best on a machine whose cores are not alike.
 */
type Contender =
  | "ours"
  | "ours, 1 thread"
  | "ours, two at once"
  | "ours, watched"
  | "PyTorch"
  | "PyTorch, 1 thread"
  | "PyTorch, memory kept"
  | "PyTorch, memory kept, 1 thread";

/**
 * Images per second of every network and batch: the app's own training path in Node and PyTorch by turns, each in a
 * process of its own, so that both meet the same moods of a shared machine; medians. Without PyTorch its rows are left out.
 */
export async function trainingFigures(seconds: number, say: (line: string) => void): Promise<readonly Row[]> {
  const python = findTorch();
  if (!python) say("PyTorch is not installed here: its figures are left out.");
  const rows: Row[] = [];
  for (const { name } of networks)
    for (const batch of batches) {
      const rates = new Map<Contender, number[]>();
      const note = (who: Contender, rate: number): unknown =>
        rates.set(who, [...(rates.get(who) ?? []), rate]);
      const ours = (threads: number, how = ""): Promise<number> =>
        inNode(name, batch, "simd", threads, seconds, how);
      for (let round = 0; round < rounds; round++) {
        if (python) {
          const theirs = (threads: number, kept: boolean): Promise<number> =>
            torch(python, name, batch, threads, seconds, kept);
          note("PyTorch", await theirs(2, false));
          note("PyTorch, 1 thread", await theirs(1, false));
          note("PyTorch, memory kept", await theirs(2, true));
          note("PyTorch, memory kept, 1 thread", await theirs(1, true));
        }
        note("ours", await ours(2));
        note("ours, 1 thread", await ours(1));
        const [one, other] = await Promise.all([ours(1), ours(1)]);
        note("ours, two at once", one + other);
        if (name === "LeNet") note("ours, watched", await ours(2, "watched"));
      }
      const rate = (who: Contender): number => middle(rates.get(who) ?? []);
      const better = (who: "PyTorch" | "PyTorch, memory kept"): number =>
        python ? Math.max(rate(who), rate(`${who}, 1 thread`)) : 0;
      const theirs = better("PyTorch");
      const against = (who: Contender): string => (rate("ours") / rate(who)).toFixed(2);
      const notes = [
        `${against("ours, 1 thread")}× one thread, ${against("ours, two at once")}× two processes of one`,
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
        const kept = better("PyTorch, memory kept");
        rows.push({
          what: `${name} ${batch}, PyTorch`,
          imagesPerSecond: theirs,
          note: `${single ? "1 thread" : "2 threads"}; ${Math.round(kept)} with its memory kept: ours is ${(rate("ours") / kept).toFixed(2)}× that`,
        });
      }
      say(
        rows
          .slice(theirs ? -2 : -1)
          .map((it) => `${it.what}: ${Math.round(it.imagesPerSecond ?? 0)} ${it.note ?? ""}`)
          .join("; "),
      );
    }
  for (const batch of batches)
    rows.push({
      what: `LeNet ${batch}, Node, tfjs cpu`,
      imagesPerSecond: await inNode("LeNet", batch, "cpu", 1, 1),
    });
  return rows;
}

const findTorch = (): string | undefined =>
  ["/usr/bin/python3", "python3", "python"].find(
    (it) => spawnSync(it, ["-c", "import torch"], { stdio: "ignore" }).status === 0,
  );

/**
 * Makes the C library keep the memory that PyTorch frees. As it comes, it takes its larger tensors from the system anew in
 * every step, which makes it up to four times as slow where that is expensive, as in a virtual machine.
 */
const keepMemory = {
  MALLOC_TRIM_THRESHOLD_: "2000000000",
  MALLOC_MMAP_THRESHOLD_: "2000000000",
  MALLOC_TOP_PAD_: "200000000",
};

function torch(
  python: string,
  network: string,
  batch: number,
  threads: number,
  seconds: number,
  kept: boolean,
): Promise<number> {
  // OpenBLAS shall choose the kernels for this processor itself.
  const { OPENBLAS_CORETYPE: _, OPENBLAS_L2_SIZE: __, ...env } = process.env;
  const script = join(import.meta.dirname, "pytorch.py");
  return rateOf(python, [script, network, String(batch), String(threads), String(seconds)], {
    ...env,
    ...(kept ? keepMemory : {}),
  });
}

function inNode(
  network: string,
  batch: number,
  backend: string,
  threads: number,
  seconds: number,
  how = "",
): Promise<number> {
  const script = join(import.meta.dirname, "..", "out", "main", "bench.js");
  return rateOf(
    process.execPath,
    [script, network, String(batch), backend, String(threads), String(seconds), how],
    process.env,
  );
}

/** The figure that a program prints last. */
async function rateOf(program: string, given: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const running = spawn(program, given, { env, stdio: ["ignore", "pipe", "pipe"] });
  const [out, trouble] = await Promise.all([text(running.stdout), text(running.stderr)]);
  const rate = Number(out.trim().split("\n").at(-1));
  if (!rate) throw new Error(`${given.join(" ")} gave no figure: ${trouble.slice(-500)}`);
  return rate;
}
