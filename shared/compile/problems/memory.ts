import { worth } from "../../nodes/expression.ts";
import { kinds } from "../../nodes/index.ts";
import { isImage } from "../../nodes/shape.ts";
import { optimizerSlots, peakMemory, trainingBound, trainingBytes } from "../memory.ts";
import { wiresTo } from "../order.ts";
import type { Step, Surroundings } from "../plan.ts";
import { behind } from "../repairs/edits.ts";
import { smallerRepairs } from "../repairs/smaller.ts";
import { type Candidate, type Drawing, type Finding, findingOn, isInput } from "./finding.ts";

/** Numbers kept per trainable parameter: those of Adam, the recipe's default and the most that any optimizer keeps. */
const slots = optimizerSlots.adam;
const bytesPerValue = 4;

/** Whether a training step fits into the machine's memory. Shown on the layer that takes most. */
export function memoryFindings(drawing: Drawing, { batch, memoryBytes }: Surroundings): readonly Finding[] {
  if (batch === undefined || memoryBytes === undefined) return [];
  const steps = [...drawing.steps.values()];
  // With every edit: most designs are so small that nobody has to look closer.
  if (trainingBound({ steps }, batch, slots) <= memoryBytes) return [];
  const bytesWith = (examples: number): number => peakMemory({ steps }, examples, slots).training.bytes;
  const needed = bytesWith(batch);
  if (needed <= memoryBytes) return [];
  const bytesOf = (step: Step): number =>
    worth(trainingBytes({ steps }, step, batch)) +
    bytesPerValue * (step.parameters + (1 + slots) * step.trainable);
  const [biggest] = steps.toSorted((a, b) => bytesOf(b) - bytesOf(a));
  if (!biggest) return [];
  const { node } = biggest;
  const fits = largestBatch(batch, (it) => bytesWith(it) <= memoryBytes);
  const wires = wiresTo(drawing.wired, node.id);
  return [
    findingOn(
      node,
      "memory",
      `A training step of ${batch} examples needs ${inGigabytes(needed)}, this machine has ${inGigabytes(memoryBytes)}; ` +
        `${kinds[node.kind].title} ${node.id} alone takes ${inGigabytes(bytesOf(biggest))}. ` +
        (fits
          ? `Choose batches of at most ${fits}, or make the layer smaller.`
          : "Make the layer smaller: not even one example fits."),
      () => [
        ...smallerRepairs({
          ...biggest,
          wire: wires.length === 1 ? wires[0] : undefined,
          input: biggest.inputs[0],
        }),
        ...steps
          .filter((it) => isInput(it.node) && !biggest.sources.includes(it.node.id))
          .flatMap((it) => pooledBehind(it)),
      ],
    ),
  ];
}

/** Smaller from the start: what helps where many layers share the blame. */
function pooledBehind({ node, output }: Step): readonly Candidate[] {
  if (!isImage(output)) return [];
  const sizes = [2, 3, 4, 6, 8, 16, 32].filter((it) => it <= Math.min(output[0], output[1]));
  return [
    sizes.map((size) => ({
      title: `Insert Max Pool ${size}×${size} behind ${node.id}`,
      apply: (graph) => behind(graph, node.id, [["maxPool2d", { size }]]),
    })),
  ];
}

/** The most examples, below `batch`, that fit; 0 where not even one does. */
function largestBatch(batch: number, fits: (examples: number) => boolean): number {
  let [least, most] = [0, batch];
  while (most - least > 1) {
    const middle = Math.floor((least + most) / 2);
    if (fits(middle)) least = middle;
    else most = middle;
  }
  return least;
}

/** Gigabytes of 10⁹ bytes, to three digits. */
const inGigabytes = (bytes: number): string => `${Number((bytes / 1e9).toPrecision(3))} GB`;
