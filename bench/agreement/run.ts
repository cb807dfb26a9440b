import * as tf from "@tensorflow/tfjs-core";
import { nodeBackends } from "../../main/node-backends.ts";
import { askTorch, drawDesigns, findTorch, runDesigns, tolerance } from "./agreement.ts";
import { createNumbers } from "./case.ts";
import { smallestDisagreement, summary, table, traitCounts } from "./report.ts";

/**
 * `npm run agreement [-- --designs N] [-- --seed N] [-- --cpu]`
 *
 * Is what we say also what PyTorch says? Draws sound designs over all layer kinds (600 unless told otherwise), compiles
 * them, fills them with random weights, runs them with the training engine (on the app's own SIMD backend, or with
 * --cpu on tfjs's), and has `agree.py` build every one of them again in PyTorch. Compared are shape, number of
 * parameters and result of every node in inference; and for every third design the loss of one training step, its
 * gradient by every array that learns, and the moving averages behind it.
 *
 * Ends with 1 and the smallest design that disagrees by more than 1e-4 of the largest value, with 0 where all agree or
 * where there is no PyTorch. PyTorch's side is `kinds.py`, which also lists the conventions that both sides follow.
 * 600 designs take about half a minute.
 */
function whole(name: string, usual: number): number {
  const at = process.argv.indexOf(`--${name}`);
  const written = at < 0 ? String(usual) : (process.argv[at + 1] ?? "nothing");
  if (/^\d{1,6}$/.test(written)) return Number(written);
  console.error(`--${name} must be a whole number below a million, got ${written}.`);
  process.exit(2);
}

async function main(): Promise<number> {
  const python = findTorch();
  if (!python) {
    console.log("PyTorch is not installed here: nothing was compared.");
    return 0;
  }
  const backend = process.argv.includes("--cpu") ? "cpu" : "simd";
  await nodeBackends.start(backend);
  await tf.setBackend(backend);
  const seed = whole("seed", 1);
  const designs = drawDesigns(whole("designs", 600), seed);
  const numbers = createNumbers();
  const { cases, failed } = runDesigns(designs, seed, numbers);
  const findings = [...failed, ...askTorch(python, cases, numbers)];

  console.log(table(summary(designs, findings)).join("\n"));
  console.log([...traitCounts(designs)].map(([trait, count]) => `${trait}: ${count}`).join(", "));
  const learning = designs.filter((it) => it.learns).length;
  const failure = smallestDisagreement(designs, findings);
  console.log(
    failure ??
      `${designs.length} designs, ${learning} of them with gradients: every node agrees with PyTorch within ${tolerance} of its largest value (seed ${seed}, ${backend}).`,
  );
  return failure ? 1 : 0;
}

// The SIMD backend's threads would keep the process alive.
process.exit(await main());
