import * as tf from "@tensorflow/tfjs-core";
import { expect } from "vitest";
import { drawable, drawDesign } from "../../../bench/agreement/draw-design.ts";
import { compile } from "../../compile/compile.ts";
import type { Plan } from "../../compile/plan.ts";
import { initialWeights, type Weights } from "../../compile/weights.ts";
import type { Graph } from "../../graph/graph.ts";
import { templates } from "../../graph/templates.ts";
import { kinds } from "../../nodes/index.ts";
import { randomStream, seedOf } from "../../nodes/random.ts";
import { volume } from "../../nodes/shape.ts";
import { buildNetwork } from "../../tfjs/build.ts";
import { forward } from "../../tfjs/step.ts";
import { defaultRecipe } from "../../train/recipe.ts";
import type { FileExport, Subject } from "../subject.ts";

// What the tests of all model files need: designs, weights, and what the design itself says to examples.

export const subjectFrom = (plan: Plan, title = "Drawn"): Subject => ({
  title,
  plan,
  recipe: defaultRecipe,
  data: { source: "digits" },
});

export function ready(graph: Graph): Plan {
  const plan = compile(graph);
  if (!plan.ready) throw new Error(plan.problems.map((it) => it.message).join(" "));
  return plan;
}

/** Seed by seed every kind in turn, with others by chance. */
export const randomPlan = (seed: number): Plan =>
  ready(
    drawDesign({
      seed,
      wanted: [drawable[seed % drawable.length] ?? "conv2d"],
      learns: seed % 3 === 0,
    }),
  );

/** Designs that a test of all kinds draws; MODEL_DESIGNS asks for more than the daily share. */
export const designs = Number(process.env.MODEL_DESIGNS ?? 120);

/** Kinds that were drawn too seldom for the test to say something about them. */
export const seldomDrawn = (plans: readonly Plan[]): readonly string[] =>
  Object.keys(kinds).filter(
    (kind) => plans.flatMap((it) => it.steps).filter((it) => it.node.kind === kind).length < designs / 36,
  );

export const templatePlans = (): readonly Plan[] =>
  templates.flatMap((it) => it.document.designs.map((design) => compile(design))).filter((it) => it.ready);

export const lenet = (): Plan =>
  ready(
    templates.find((it) => it.document.designs[0]?.name === "LeNet")?.document.designs[0] ?? {
      nodes: [],
      wires: [],
    },
  );

/** As after training: nothing is 0 or 1 any more; variances stay positive. */
export function trained(plan: Plan): Weights {
  const start = initialWeights(plan, 3);
  const moved = (array: Float32Array, name: string, from: number): Float32Array => {
    const next = randomStream(seedOf("trained", name));
    return array.map((it) => it + from + 0.6 * next());
  };
  return Object.fromEntries(
    plan.steps
      .filter((it) => it.weights.length)
      .map(({ node: { id }, weights }) => [
        id,
        weights.map(({ name }, index) =>
          moved(
            start[id]?.[index] ?? new Float32Array(),
            `${id} ${name}`,
            name === "moving_variance" ? 0 : -0.3,
          ),
        ),
      ]),
  );
}

export function bytesOf(made: FileExport): Uint8Array<ArrayBuffer> {
  if ("refused" in made) throw new Error(made.refused);
  return made.bytes;
}

/** Values and shape, batch first. */
export interface Batch {
  readonly shape: number[];
  readonly values: Float32Array;
}

export function examplesFor(plan: Plan, seed: number, count = 3): Batch {
  const next = randomStream(seed);
  const shape = [count, ...(plan.steps[0]?.output ?? [])];
  return { shape, values: Float32Array.from({ length: volume(shape) }, () => 2 * next() - 1) };
}

/** What the design says to the examples, with the weights of `trained`. */
export function byTfjs(plan: Plan, { values, shape }: Batch): Float32Array {
  const network = buildNetwork(plan, trained(plan), 1);
  const said = tf.tidy(() => {
    const drawn = forward(network, tf.tensor(values, shape), false);
    return Float32Array.from((network.softmaxLeftOut ? tf.softmax(drawn) : drawn).dataSync<"float32">());
  });
  network.dispose();
  return said;
}

/** How far apart the design and another program are on random examples, relative where values exceed 1. */
export async function difference(
  plan: Plan,
  other: (examples: Batch) => Batch | Promise<Batch>,
  seed: number,
  count = 3,
): Promise<number> {
  const examples = examplesFor(plan, seed, count);
  const ours = byTfjs(plan, examples);
  const theirs = await other(examples);
  expect(theirs.shape).toEqual([count, ...(plan.output?.output ?? [])]);
  const largest = ours.reduce((most, it) => Math.max(most, Math.abs(it)), 1);
  const apart = Array.from(ours, (it, at) => Math.abs(it - (theirs.values[at] ?? Number.NaN)) / largest);
  // NaN must not look like no difference.
  return apart.every(Number.isFinite) ? Math.max(...apart) : Number.POSITIVE_INFINITY;
}
