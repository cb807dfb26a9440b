import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import type { Plan, Step } from "../../shared/compile/plan.ts";
import { initialWeights, type Weights } from "../../shared/compile/weights.ts";
import type { Weight } from "../../shared/nodes/kind.ts";
import type { Values } from "../../shared/nodes/settings.ts";
import { volume } from "../../shared/nodes/shape.ts";
import { buildNetwork, type Network } from "../../shared/tfjs/build.ts";
import { createMeter } from "../../shared/tfjs/loss.ts";
import { forward } from "../../shared/tfjs/step.ts";
import type { Dice } from "./dice.ts";

/** An array in the file of numbers: where it begins, counted in float32s, and its axes. */
export interface Stored {
  readonly at: number;
  readonly shape: readonly number[];
}

/** A design with everything that PyTorch needs to repeat it, and what we say comes out. Axes are channels-last. */
export interface Case {
  readonly name: string;
  /** [examples, ...input]: every input node is given the same. */
  readonly given: Stored;
  /** In topological order. */
  readonly nodes: readonly NodeCase[];
  /** One step of training, where the design learns. */
  readonly learning?: LearningCase;
}

interface NodeCase {
  readonly id: string;
  readonly kind: string;
  readonly values: Values;
  readonly sources: readonly string[];
  /** What the compiler says: of one example. */
  readonly shape: readonly number[];
  readonly parameters: number;
  readonly trainable: number;
  readonly weights: readonly (Stored & { readonly name: string; readonly role: Weight["role"] })[];
  /** What the network gives in inference: [examples, ...shape]. */
  readonly output: Stored;
}

interface LearningCase {
  readonly labels: readonly number[];
  readonly loss: number;
  /** Of the loss by every array that learns; and what the moving averages are after the step. */
  readonly arrays: readonly (Stored & {
    readonly node: string;
    readonly name: string;
    readonly is: "gradient" | "average";
  })[];
}

/** Collects arrays one behind the other. */
export interface Numbers {
  put(values: Float32Array, shape: readonly number[]): Stored;
  all(): readonly Float32Array[];
}

export function createNumbers(): Numbers {
  const parts: Float32Array[] = [];
  let length = 0;
  return {
    put(values, shape) {
      const at = length;
      // A copy, since tfjs's cpu backend hands out the array that a tensor lives in.
      parts.push(Float32Array.from(values));
      length += values.length;
      return { at, shape: [...shape] };
    },
    all: () => parts,
  };
}

const examples = 4;

/** Runs the plan with random weights on random examples, on tfjs's current backend. */
export function runCase(name: string, plan: Plan, learns: boolean, dice: Dice, numbers: Numbers): Case {
  const entrance = plan.steps.find((it) => it.kind.family === "input");
  if (!entrance) throw new Error(`Design ${name} has no input.`);
  const weights = drawWeights(plan, dice);
  const network = buildNetwork(plan, weights, 1);
  const shape = [examples, ...entrance.output];
  const pixels = tf.tensor(
    Float32Array.from({ length: volume(shape) }, () => dice.real(-1, 1)),
    shape,
  );
  try {
    const given = numbers.put(pixels.dataSync<"float32">(), shape);
    const outputs = outputsOf(network, pixels, numbers);
    const nodes = plan.steps.map((step) =>
      nodeCase(step, weights, outputs.get(step.node.id) ?? given, numbers),
    );
    return { name, given, nodes, ...(learns ? { learning: learn(network, pixels, dice, numbers) } : {}) };
  } finally {
    pixels.dispose();
    network.dispose();
  }
}

const nodeCase = (step: Step, weights: Weights, output: Stored, numbers: Numbers): NodeCase => ({
  id: step.node.id,
  kind: step.node.kind,
  values: step.values,
  sources: step.sources,
  shape: step.output,
  parameters: step.parameters,
  trainable: step.trainable,
  weights: step.weights.map(({ name, role, shape }, index) => ({
    name,
    role,
    ...numbers.put(arrayOf(weights, step, index), shape),
  })),
  output,
});

const arrayOf = (weights: Weights, { node }: Step, index: number): Float32Array =>
  weights[node.id]?.[index] ?? new Float32Array();

/** Every array random, so that no bias is zero and no variance one; kernels that are given stay as they are. */
function drawWeights(plan: Plan, dice: Dice): Weights {
  const initial = initialWeights(plan, dice.whole(1, 1e6));
  const drawn = ({ name, initial: start }: Weight, array: Float32Array): Float32Array => {
    if (name === "moving_variance") return array.map(() => dice.real(0.3, 2));
    if (name === "gamma") return array.map(() => dice.real(0.5, 1.5));
    return start === "zeros" ? array.map(() => dice.real(-0.5, 0.5)) : array;
  };
  return Object.fromEntries(
    plan.steps
      .filter((it) => it.weights.length)
      .map((step) => [
        step.node.id,
        step.weights.map((it, index) => drawn(it, arrayOf(initial, step, index))),
      ]),
  );
}

/** What every node but the inputs gives in inference. The model leaves a last softmax to the loss, so it is applied here. */
function outputsOf(network: Network, pixels: tf.Tensor, numbers: Numbers): ReadonlyMap<string, Stored> {
  const layers = network.plan.steps.filter((it) => it.kind.family !== "input");
  const last = network.softmaxLeftOut ? network.plan.output : undefined;
  const model = tfl.model({
    inputs: network.model.inputs,
    outputs: layers.flatMap(({ node }) => network.outputs.get(node.id) ?? []),
  });
  const tensors = tf.tidy(() => {
    // A model answers one tensor or a list of them.
    const answer = model.apply(pixels, { training: false }) as tf.Tensor | tf.Tensor[];
    return (Array.isArray(answer) ? answer : [answer]).map((it, index) =>
      last && layers[index] === last ? tf.softmax(it) : it,
    );
  });
  const stored = new Map(
    tensors.map((it, index) => [
      layers[index]?.node.id ?? "",
      numbers.put(it.dataSync<"float32">(), it.shape),
    ]),
  );
  tf.dispose(tensors);
  return stored;
}

/** The loss of one training step, its gradient by all that learns, and the moving averages behind it. */
function learn(network: Network, pixels: tf.Tensor, dice: Dice, numbers: Numbers): LearningCase {
  const classes = network.plan.output?.output[0] ?? 1;
  const labels = Array.from({ length: examples }, () => dice.whole(0, classes - 1));
  const meter = createMeter();
  const { value, grads } = tf.variableGrads(
    () => meter.loss(forward(network, pixels, true), Uint8Array.from(labels)),
    [...network.trainable],
  );
  meter.dispose();
  const arrays = network.plan.steps.flatMap(({ node, weights }) =>
    weights.flatMap(({ name, role }, index) => {
      const variable = network.stored.get(node.id)?.[index];
      const tensor = role === "learned" && variable ? grads[variable.name] : variable;
      if (!tensor || role === "frozen") return [];
      const is = role === "learned" ? "gradient" : "average";
      return [
        { node: node.id, name, is, ...numbers.put(tensor.dataSync<"float32">(), tensor.shape) } as const,
      ];
    }),
  );
  const loss = value.dataSync()[0] ?? Number.NaN;
  tf.dispose([value, grads]);
  return { labels, loss, arrays };
}
