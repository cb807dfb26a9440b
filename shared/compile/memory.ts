import { type Expression, number, product, sum, worth } from "../nodes/expression.ts";
import { volume } from "../nodes/shape.ts";
import { valuesOf } from "../nodes/weighted.ts";
import type { OptimizerName } from "../train/recipe.ts";
import type { Plan, Step } from "./plan.ts";

/*
 * The model behind every figure here. Numbers are float32, four bytes each. Every layer writes its output into an array
 * of its own: what an engine saves by working in place (ReLU) or by sharing (flatten) is not taken off, and what it needs
 * besides, scratch and allocation, is not added. Weights are there the whole time.
 */
const bytesPerValue = number(4, "bytes per value");

/** Numbers that each optimizer keeps for every trainable parameter, as our trainer does. */
export const optimizerSlots: Readonly<Record<OptimizerName, number>> = {
  sgd: 0,
  momentum: 1,
  // The mean of squares, and the step before, which tfjs keeps although its momentum is 0.
  rmsprop: 2,
  adam: 2,
};

/** Bytes of a layer's output for a batch: what it hands on. */
export const inferenceBytes = (step: Step, batch: number): Expression =>
  product(number(batch, "batch"), valuesOf(step.output), bytesPerValue);

/** Training keeps a layer's output until the step ends, and for a while its gradient, which is as large. */
export const trainingBytes = ({ steps }: Pick<Plan, "steps">, step: Step, batch: number): Expression =>
  learning(steps).has(step)
    ? product(number(2, "output and gradient"), inferenceBytes(step, batch))
    : inferenceBytes(step, batch);

/** The most memory that is needed at one time. */
export interface Peak {
  readonly bytes: number;
  /** How the bytes come about, with the layers whose arrays are there by id. */
  readonly from: Expression;
  /** The layer at whose work it is reached; undefined for a plan without steps. */
  readonly at: string | undefined;
}

/** What it takes to run a plan, and to train it. */
export interface PeakMemory {
  readonly inference: Peak;
  readonly training: Peak;
}

/**
 * Peak memory for `batch` examples at once.
 *
 * Inference works layer by layer in the plan's order; an output stays until its last reader has run. The peak is where
 * the outputs that are there at one time are largest, beside all weights.
 *
 * Training keeps every output until the step ends. Backwards, a layer's gradient stays from the moment that its last
 * reader hands one back until the layer has made its sources' gradients of it; nothing is computed where no layer before
 * learns. Weight gradients, one for each trainable parameter, and the optimizer's `slots` numbers for each of them stay
 * as long as the weights.
 */
export function peakMemory({ steps }: Pick<Plan, "steps">, batch: number, slots: number): PeakMemory {
  return { inference: inferencePeak(steps, batch), training: trainingPeak(steps, batch, slots) };
}

/** Bytes that training never exceeds: as if all gradients were there at one time. Cheap, unlike the peak itself. */
export function trainingBound({ steps }: Pick<Plan, "steps">, batch: number, slots: number): number {
  let values = 0;
  for (const { output, parameters, trainable } of steps)
    values += parameters + (1 + slots) * trainable + 2 * batch * volume(output);
  return values * worth(bytesPerValue);
}

function inferencePeak(steps: readonly Step[], batch: number): Peak {
  const { lives, at } = mostAlive(steps, lifeForwards(steps));
  const alive = lives.map((it) => number(volume(it.output), it.node.id));
  return peakOf(at, parametersOf(steps), batchOf(batch, alive));
}

function trainingPeak(steps: readonly Step[], batch: number, slots: number): Peak {
  const backwards = steps.filter((it) => learning(steps).has(it)).reverse();
  const { lives, at } = mostAlive(backwards, lifeBackwards(backwards));
  const outputs = steps.reduce((total, it) => total + volume(it.output), 0);
  const gradients = lives.map((it) => number(volume(it.output), `gradient of ${it.node.id}`));
  const trainable = steps.reduce((total, it) => total + it.trainable, 0);
  return peakOf(
    at ?? steps.at(-1),
    parametersOf(steps),
    product(
      number(trainable, "trainable"),
      sum(number(1, "gradient"), number(slots, "numbers of the optimizer")),
    ),
    batchOf(batch, [number(outputs, "all outputs"), ...gradients]),
  );
}

const parametersOf = (steps: readonly Step[]): Expression =>
  number(
    steps.reduce((total, it) => total + it.parameters, 0),
    "parameters",
  );

const batchOf = (batch: number, arrays: readonly Expression[]): Expression =>
  product(number(batch, "batch"), sum(...arrays));

function peakOf(at: Step | undefined, ...parts: readonly Expression[]): Peak {
  const from = product(bytesPerValue, sum(...parts));
  return { bytes: worth(from), from, at: at?.node.id };
}

/** For each step, in the order of work: the arrays that it makes, and those that nobody needs after it. */
interface Life {
  readonly made: readonly Step[];
  readonly freed: readonly Step[];
}

function lifeForwards(steps: readonly Step[]): readonly Life[] {
  const lastReader = new Map<string, number>();
  for (const [place, { sources }] of steps.entries()) for (const id of sources) lastReader.set(id, place);
  const known = new Map(steps.map((it) => [it.node.id, it]));
  return steps.map((step, place) => {
    const freed = [...new Set(step.sources)].filter((id) => lastReader.get(id) === place);
    return { made: [step], freed: freed.flatMap((id) => known.get(id) ?? []) };
  });
}

/** `backwards` are the steps with a gradient, readers before what they read. */
function lifeBackwards(backwards: readonly Step[]): readonly Life[] {
  const known = new Map(backwards.map((it) => [it.node.id, it]));
  const there = new Set<Step>();
  return backwards.map((step) => {
    // The last layer's gradient comes from the loss.
    const wanted = [step, ...step.sources.flatMap((id) => known.get(id) ?? [])];
    const made = [...new Set(wanted)].filter((it) => !there.has(it));
    for (const it of made) there.add(it);
    return { made, freed: [step] };
  });
}

/** The arrays that are alive when they are largest together, and the step that works then. */
function mostAlive(
  order: readonly Step[],
  life: readonly Life[],
): { readonly lives: readonly Step[]; readonly at: Step | undefined } {
  const sizes = ({ made }: Life): number => made.reduce((total, it) => total + volume(it.output), 0);
  let now = 0;
  let most = -1;
  let peak = -1;
  for (const [place, it] of life.entries()) {
    now += sizes(it);
    if (now > most) [most, peak] = [now, place];
    for (const { output } of it.freed) now -= volume(output);
  }
  const lives = new Set<Step>();
  for (const [place, { made, freed }] of life.slice(0, peak + 1).entries()) {
    for (const it of made) lives.add(it);
    if (place < peak) for (const it of freed) lives.delete(it);
  }
  return { lives: [...lives], at: order[peak] };
}

const remembered = new WeakMap<readonly Step[], ReadonlySet<Step>>();

/** The steps whose output's gradient is asked for: a layer that learns is before them, or they learn themselves. */
function learning(steps: readonly Step[]): ReadonlySet<Step> {
  const before = remembered.get(steps);
  if (before) return before;
  const ids = new Set<string>();
  const found = new Set<Step>();
  for (const step of steps)
    if (step.trainable > 0 || step.sources.some((it) => ids.has(it))) {
      ids.add(step.node.id);
      found.add(step);
    }
  remembered.set(steps, found);
  return found;
}
