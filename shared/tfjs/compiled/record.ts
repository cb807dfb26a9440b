import type { Step } from "../../compile/plan.ts";
import { volume } from "../../nodes/shape.ts";
import { Binary } from "../../simd/kernels/protocol.ts";
import type { Recorder } from "../../simd/program.ts";
import { combineFlat } from "../../simd/run-elementwise.ts";
import type { Network } from "../build.ts";
import type { Buffer, Buffers } from "./buffers.ts";
import { layers } from "./layers/index.ts";
import type { BackwardSite, RecordGradients, Site, StoredArray } from "./site.ts";

/** What all layers of a step have in common. */
export interface Sheet {
  readonly network: Network;
  readonly images: number;
  readonly recorder: Recorder;
  readonly buffers: Buffers;
  readonly stored: (step: Step, index: number) => StoredArray | undefined;
  readonly seedNow: (step: Step, what: string) => number;
  readonly floatsAt: Site["floatsAt"];
  readonly wordsAt: Site["wordsAt"];
  readonly table: Site["table"];
}

/** A recorded pass through the network: where the examples go, and where what it gives stands. */
export interface Forward {
  readonly examples: Buffer;
  readonly logits: Buffer;
  /** Records the way back, from the gradient by the logits. Blocks are given back as soon as nothing needs them. */
  backward(gradient: Buffer): void;
}

export function recordForward(sheet: Sheet): Forward {
  const { network, buffers, images } = sheet;
  const { steps, output } = network.plan;
  const given = new Map<string, Buffer>();
  const kept = new Map<string, Buffer[]>();
  const ways = new Map<string, RecordGradients>();
  let examples: Buffer | undefined;
  for (const step of steps) {
    const { id, kind } = step.node;
    if (kind === "input") {
      // Further inputs get the same examples.
      const buffer = examples ? buffers.share(examples) : buffers.take(images * volume(step.output));
      examples ??= buffer;
      given.set(id, buffer);
      continue;
    }
    const own: Buffer[] = [];
    kept.set(id, own);
    ways.set(id, layers[kind](siteOf(sheet, step, given, own)));
  }
  const logits = given.get(output?.node.id ?? "");
  if (!examples || !logits) throw new Error("The design has no input or no output.");
  return {
    examples,
    logits,
    backward(gradient) {
      const learning = learners(network);
      const gradients = new Map([[output?.node.id ?? "", gradient]]);
      for (const step of steps.toReversed()) {
        const { id } = step.node;
        const way = ways.get(id);
        const own = gradients.get(id);
        if (way && own) {
          const back = backwardSite(sheet, step, gradients, learning);
          way(back);
          back.finish();
        }
        // The input stays where it is: the examples of the next step are laid there.
        if (way) for (const it of [given.get(id), ...(kept.get(id) ?? [])]) if (it) buffers.leave(it);
      }
    },
  };
}

function siteOf(sheet: Sheet, step: Step, given: Map<string, Buffer>, kept: Buffer[]): Site {
  const { network, images, recorder, buffers } = sheet;
  const { id } = step.node;
  const source = (slot: number): Buffer => {
    const buffer = given.get(step.sources[slot] ?? "");
    if (!buffer) throw new Error(`Nothing feeds slot ${slot} of ${id}.`);
    return buffer;
  };
  const count = images * volume(step.output);
  return {
    step,
    images,
    recorder,
    count,
    isOutput: step === network.plan.output,
    seedNow: (what) => sheet.seedNow(step, what),
    floatsAt: sheet.floatsAt,
    wordsAt: sheet.wordsAt,
    table: sheet.table,
    input: (slot = 0) => source(slot).address,
    inputShape: (slot = 0) => step.inputs[slot] ?? [0],
    stored: (name) =>
      sheet.stored(
        step,
        step.weights.findIndex((it) => it.name === name),
      ),
    output() {
      const buffer = buffers.take(count);
      given.set(id, buffer);
      return buffer.address;
    },
    passOn: () => void given.set(id, buffers.share(source(0))),
    keep(floats) {
      const buffer = buffers.take(floats);
      kept.push(buffer);
      return buffer.address;
    },
  };
}

/** The ids of the layers behind which, or in which, something learns: the gradient must reach them. */
function learners({ plan }: Network): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const { node, sources, weights } of plan.steps)
    if (weights.some((it) => it.role === "learned") || sources.some((it) => ids.has(it))) ids.add(node.id);
  return ids;
}

function backwardSite(
  { recorder, buffers, images }: Sheet,
  step: Step,
  gradients: Map<string, Buffer>,
  learning: ReadonlySet<string>,
): BackwardSite & { finish(): void } {
  const { id } = step.node;
  const count = images * volume(step.output);
  const own = (): Buffer => gradients.get(id) ?? missing(id);
  const fresh: { readonly source: string; readonly buffer: Buffer }[] = [];

  /** Where several layers take what one gives, their gradients add up. */
  const arrive = (source: string, buffer: Buffer, size: number): void => {
    const there = gradients.get(source);
    if (!there) return void gradients.set(source, buffer);
    const sum = there.users === 1 ? there : buffer.users === 1 ? buffer : buffers.take(size);
    combineFlat(recorder, Binary.add, size, there.address, buffer.address, sum.address);
    gradients.set(source, sum);
    for (const it of [there, buffer]) if (it !== sum) buffers.leave(it);
  };
  const sourceOf = (slot: number): string | undefined => {
    const source = step.sources[slot] ?? "";
    return learning.has(source) ? source : undefined;
  };
  const sizeOf = (source: string): number =>
    images * volume(step.inputs[step.sources.indexOf(source)] ?? [0]);

  return {
    get gradient() {
      return own().address;
    },
    replaceGradient(record) {
      const before = own();
      const after = before.users === 1 ? before : buffers.take(count);
      record(before.address, after.address);
      if (after === before) return;
      buffers.leave(before);
      gradients.set(id, after);
    },
    inputGradient(slot = 0) {
      const source = sourceOf(slot);
      if (source === undefined) return undefined;
      const buffer = buffers.take(images * volume(step.inputs[slot] ?? [0]));
      fresh.push({ source, buffer });
      return buffer.address;
    },
    passBack(slot = 0) {
      const source = sourceOf(slot);
      if (source !== undefined) fresh.push({ source, buffer: buffers.share(own()) });
    },
    finish() {
      // Own gradient first, so that one that was handed on has a single user again.
      buffers.leave(own());
      gradients.delete(id);
      for (const { source, buffer } of fresh) arrive(source, buffer, sizeOf(source));
    },
  };
}

function missing(id: string): never {
  throw new Error(`Nothing has reached ${id} on the way back.`);
}
