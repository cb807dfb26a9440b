import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import type { Plan, Step } from "../compile/plan.ts";
import type { Weights } from "../compile/weights.ts";
import { callsOf, layerNames } from "../lowering/lower.ts";
import type { Call } from "../nodes/kind.ts";
import { copyOf as copyInHeap, currentSimd } from "../simd/backend.ts";
import { mendGradients } from "./gradients.ts";
import { type Layer, type Moment, trainingLayer } from "./layers.ts";
import { isOnHost } from "./on-host.ts";

/** A plan as live tensors on the current backend. Nothing frees it but `dispose`. */
export interface Network {
  readonly plan: Plan;
  /**
   * Images [n, height, width, channels] or vectors [n, units] → logits [n, classes]. Layer names are node ids.
   * Of a half-drawn plan: what every node gives.
   */
  readonly model: tfl.LayersModel;
  /** What each node gives, by node id, for models that share these weights. The output node gives logits. */
  readonly outputs: ReadonlyMap<string, tfl.SymbolicTensor>;
  /** The variables of each node that has weights, in the order of its step's `weights`. */
  readonly stored: ReadonlyMap<string, readonly tf.Variable[]>;
  /** The design ends in a softmax, which the model leaves to the loss. */
  readonly softmaxLeftOut: boolean;
  /** What training changes by gradient. */
  readonly trainable: readonly tf.Variable[];
  readonly moment: Moment;
  /** A copy of all weights that stays on the backend; cheap, but the caller disposes it. */
  snapshot(): Snapshot;
  restore(snapshot: Snapshot): void;
  dispose(): void;
}

/** One tensor per stored array, in the plan's order. */
export type Snapshot = readonly tf.Tensor[];

/**
 * The plan for training. A softmax at the very end is left out, because the loss is computed from what enters it; any
 * other output is taken as logits as it is. `seed` fixes dropout's masks and noise. A half-drawn plan can be looked at, but
 * not trained. Throws where the plan has no input or the weights do not fit: callers check first.
 */
export function buildNetwork(plan: Plan, weights: Weights, seed: number): Network {
  mendGradients();
  const moment: Moment = { seed, step: 0 };
  const { entrances, outputs, stored } = wireUp(
    plan,
    (step) => withoutLastSoftmax(step, plan),
    (it, name) => trainingLayer(it, name, moment),
  );
  fill(plan, stored, weights);
  const output = outputs.get(plan.output?.node.id ?? "");
  const all = [...stored.values()].flat();
  return {
    plan,
    model: tfl.model({ inputs: entrances, outputs: output ? output : [...outputs.values()] }),
    outputs,
    stored,
    softmaxLeftOut: plan.output !== undefined && callsOf(plan.output).some(isSoftmax),
    trainable: plan.steps.flatMap(({ node, weights: wanted }) =>
      (stored.get(node.id) ?? []).filter((_, index) => wanted[index]?.role === "learned"),
    ),
    moment,
    snapshot: () => all.map((it) => tf.keep(isOnHost() ? copyOf(it) : tf.clone(it))),
    restore: (snapshot) => {
      for (const [index, it] of all.entries())
        tf.tidy(() => it.assign(tf.clone(snapshotAt(snapshot, index))));
    },
    dispose: () => tf.dispose(all),
  };
}

/** The snapshot's numbers by node id. They are copies: nobody else writes to them or hands them on. */
export async function readSnapshot(plan: Plan, snapshot: Snapshot): Promise<Weights> {
  const weights: Record<string, Float32Array[]> = {};
  let next = 0;
  for (const { node, weights: wanted } of plan.steps)
    for (const _ of wanted) {
      const values = await snapshotAt(snapshot, next++).data<"float32">();
      const arrays = weights[node.id] ?? [];
      weights[node.id] = arrays;
      // tfjs's cpu backend hands out the array that the tensor lives in.
      arrays.push(Float32Array.from(values));
    }
  return weights;
}

/** The network's numbers as they are now. */
export async function readWeights(network: Network): Promise<Weights> {
  const snapshot = network.snapshot();
  const weights = await readSnapshot(network.plan, snapshot);
  tf.dispose([...snapshot]);
  return weights;
}

export const allFinite = (weights: Weights): boolean =>
  Object.values(weights).every((arrays) => arrays.every((it) => it.every(Number.isFinite)));

interface Wired {
  readonly entrances: tfl.SymbolicTensor[];
  readonly outputs: ReadonlyMap<string, tfl.SymbolicTensor>;
  /** The variables of each node that has weights, in the order of its step's `weights`. */
  readonly stored: ReadonlyMap<string, readonly tf.Variable[]>;
}

/**
 * Applies every step's calls, beginning with an input layer (Keras 3 misreads models without one). Further inputs get the
 * same examples, so each becomes a layer that hands on the first one's. `layerNames` says what the layers are called.
 */
export function wireUp(
  plan: Plan,
  callsFor: (step: Step) => readonly Call[],
  make: (call: Call, name: string) => Layer,
): Wired {
  // Out of production mode tfjs advises users of Node to install another package.
  tf.enableProdMode();
  const outputs = new Map<string, tfl.SymbolicTensor>();
  const stored = new Map<string, readonly tf.Variable[]>();
  const entrances: tfl.SymbolicTensor[] = [];
  for (const step of plan.steps) {
    const { id } = step.node;
    const sources = step.sources.flatMap((source, index) => {
      const output = outputs.get(source) ?? missing(source);
      // tfjs frees an output too early when one layer takes it twice.
      return step.sources.indexOf(source) === index ? output : same(output, `${id}.again${index}`);
    });
    if (step.kind.family === "input") {
      const [first] = entrances;
      const entrance = first ? same(first, id) : tfl.input({ shape: [...step.output], name: id });
      if (!first) entrances.push(entrance);
      outputs.set(id, entrance);
      continue;
    }
    const calls = callsFor(step);
    const names = layerNames(id, calls);
    const layers = calls.map((it, index) => make(it, names[index] ?? id));
    outputs.set(id, layers.reduce(applied, sources)[0] ?? missing(id));
    if (step.weights.length) stored.set(id, layers.flatMap(variablesOf));
  }
  return { entrances, outputs, stored };
}

const same = (output: tfl.SymbolicTensor, name: string): tfl.SymbolicTensor =>
  tfl.layers.activation({ activation: "linear", name }).apply(output) as tfl.SymbolicTensor;

/** Writes our numbers into the layers' variables. */
export function fill(plan: Plan, stored: Wired["stored"], weights: Weights): void {
  for (const { node, weights: wanted } of plan.steps)
    for (const [index, { shape }] of wanted.entries()) {
      const values = weights[node.id]?.[index];
      const variable = stored.get(node.id)?.[index];
      if (!values || !variable) throw new Error(`There are no weights for ${node.id}.`);
      // A copy, because the backend may keep the array itself.
      tf.tidy(() => variable.assign(tf.tensor(Float32Array.from(values), [...shape])));
    }
}

function withoutLastSoftmax(step: Step, plan: Plan): readonly Call[] {
  const calls = callsOf(step);
  if (step !== plan.output) return calls;
  return calls.map((it) => (isSoftmax(it) ? { ...it, args: { ...it.args, activation: "linear" } } : it));
}

const isSoftmax = ({ args }: Call): boolean => args.activation === "softmax";

const applied = (inputs: readonly tfl.SymbolicTensor[], layer: Layer): readonly tfl.SymbolicTensor[] => {
  const [first] = inputs;
  const result = layer.apply(first && inputs.length === 1 ? first : [...inputs]);
  // A layer that is given symbolic tensors answers with symbolic tensors.
  return (Array.isArray(result) ? result : [result]) as tfl.SymbolicTensor[];
};

// `read` gives a tensor by its type, but what a layer keeps in it is the variable.
const variablesOf = (layer: Layer): readonly tf.Variable[] =>
  layer.weights.map((it) => it.read() as tf.Variable);

/** On the host weights are changed where they are, so a clone, which shares them, would make the next step move them. */
function copyOf(it: tf.Tensor): tf.Tensor {
  const simd = currentSimd();
  return simd ? copyInHeap(simd, it) : tf.tensor(it.dataSync<"float32">().slice(), it.shape);
}

const snapshotAt = (snapshot: Snapshot, index: number): tf.Tensor =>
  snapshot[index] ?? missing(`array ${index}`);

function missing(what: string): never {
  throw new Error(`Nothing was built for ${what}.`);
}
