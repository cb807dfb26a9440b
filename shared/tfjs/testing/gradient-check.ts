import * as tf from "@tensorflow/tfjs-core";
import type { Plan } from "../../compile/plan.ts";
import type { Weights } from "../../compile/weights.ts";
import { randomStream, seedOf } from "../../nodes/random.ts";
import { volume } from "../../nodes/shape.ts";
import { buildNetwork, type Network } from "../build.ts";
import { createMeter, crossEntropy } from "../loss.ts";

const labels = Uint8Array.of(0, 2, 1);

/** A plan's gradients on the current backend, one array for each of `network.trainable`. */
interface Differentiated {
  readonly names: readonly string[];
  readonly gradients: readonly Float32Array[];
  readonly loss: number;
}

/** A network in general position on three examples, that can be moved along a direction of its weights. */
interface Bench {
  readonly network: Network;
  differentiate(): Promise<Differentiated>;
  /** Loss with each trainable array moved; in double precision from the logits on, to lose as little as can be. */
  lossAt(moves: readonly (Float32Array | undefined)[]): Promise<number>;
  dispose(): void;
}

function benchOf(plan: Plan): Bench {
  const network = buildNetwork(plan, weightsOf(plan), 5);
  const meter = createMeter();
  const shape = [labels.length, ...(plan.steps[0]?.output ?? [])];
  const images = tf.tensor(anyNumbers(volume(shape), randomStream(11)), shape);
  const start = network.snapshot();
  const logits = (): tf.Tensor => network.model.apply(images, { training: true }) as tf.Tensor;
  const names = plan.steps.flatMap(({ node, weights }) =>
    weights.filter((it) => it.role === "learned").map((it) => `${node.kind} ${node.id} ${it.name}`),
  );
  return {
    network,
    async differentiate() {
      const { value, grads } = tf.variableGrads(() => meter.loss(logits(), labels), [...network.trainable]);
      network.restore(start);
      const gradients: Float32Array[] = [];
      for (const variable of network.trainable) {
        const gradient = await grads[variable.name]?.data<"float32">();
        gradients.push(
          gradient ? Float32Array.from(gradient) : new Float32Array(variable.size).fill(Number.NaN),
        );
      }
      const [loss = Number.NaN] = await value.data();
      tf.dispose([value, grads]);
      return { names, gradients, loss };
    },
    async lossAt(moves) {
      tf.tidy(() => {
        for (const [index, variable] of network.trainable.entries()) {
          const move = moves[index];
          if (move) variable.assign(tf.add(variable, tf.tensor(move, variable.shape)));
        }
      });
      const out = tf.tidy(logits);
      const values = Float32Array.from(await out.data<"float32">());
      out.dispose();
      network.restore(start);
      return crossEntropy(values, labels, 3).loss / labels.length;
    },
    dispose() {
      tf.dispose([images, ...start]);
      meter.dispose();
      network.dispose();
    },
  };
}

/**
 * What is wrong with a plan's gradients on the current backend; nothing where all is right. Compares the gradient of
 * every array with central differences along its own direction and along `turns` random ones.
 */
export async function againstDifferences(plan: Plan, turns: number): Promise<readonly string[]> {
  const before = tf.memory().numTensors;
  const bench = benchOf(plan);
  const { names, gradients, loss } = await bench.differentiate();
  const here = await bench.lossAt([]);
  const troubles: string[] = [];
  if (!(Math.abs(loss - here) < 1e-5)) troubles.push(`the loss is ${loss} and then ${here}`);
  const next = randomStream(12);
  for (const [index, gradient] of gradients.entries()) {
    const name = names[index] ?? "";
    const moved = (direction: Float32Array, far: number): Promise<number> =>
      bench.lossAt(gradients.map((_, at) => (at === index ? direction.map((it) => it * far) : undefined)));
    const directions = [gradient, ...Array.from({ length: turns }, () => anyNumbers(gradient.length, next))];
    let compared = 0;
    for (const raw of directions) {
      const size = Math.hypot(...raw);
      if (!(size > 0)) continue;
      const direction = raw.map((it) => it / size);
      const expected = dot(direction, gradient);
      const found = await slopes((far) => moved(direction, far), here, expected);
      if (found.kinked) continue;
      if (!found.agrees)
        troubles.push(`${name}: the gradient is ${expected}, differences say ${found.measured}`);
      compared++;
    }
    if (compared < turns / 3) troubles.push(`${name}: almost all directions meet kinks`);
  }
  if (!gradients.length) troubles.push("nothing learns");
  // What hardly moves the loss would pass with any gradient.
  if (!gradients.some((it) => Math.hypot(...it) > 0.03)) troubles.push("all gradients are next to nothing");
  bench.dispose();
  const left = tf.memory().numTensors - before;
  if (left !== 0) troubles.push(`${left} tensors are left over`);
  return troubles;
}

/**
 * The loss's slope along a line by differences. A long step is less noisy, a short one seldom meets a kink (of ReLU, of a
 * maximum). Where the one-sided differences disagree even then, there is one, and nothing is proved.
 */
async function slopes(
  lossAt: (far: number) => Promise<number>,
  here: number,
  expected: number,
): Promise<{ readonly agrees: boolean; readonly kinked: boolean; readonly measured: number }> {
  let [measured, kinked] = [Number.NaN, false];
  for (const step of [4e-3, 1e-3]) {
    const ahead = ((await lossAt(step)) - here) / step;
    const behind = (here - (await lossAt(-step))) / step;
    measured = (ahead + behind) / 2;
    kinked = Math.abs(ahead - behind) > 1.2e-3;
    if (Math.abs(measured - expected) < 6e-4 + 0.01 * Math.abs(expected))
      return { agrees: true, kinked: false, measured };
  }
  return { agrees: false, kinked, measured };
}

/**
 * The same with fewer passes, for slow backends: compares every number with that of tfjs's cpu backend, and the whole
 * gradient with a central difference along it.
 */
export async function againstCpu(plan: Plan, backend: string): Promise<readonly string[]> {
  await tf.setBackend("cpu");
  const reference = benchOf(plan);
  const { names, gradients: wanted } = await reference.differentiate();
  reference.dispose();
  await tf.setBackend(backend);
  const before = tf.memory().numTensors;
  const bench = benchOf(plan);
  const { gradients } = await bench.differentiate();
  const troubles: string[] = [];
  for (const [index, gradient] of gradients.entries()) {
    const right = wanted[index] ?? new Float32Array();
    const largest = right.reduce((most, it) => Math.max(most, Math.abs(it)), 0);
    const apart = gradient.reduce((most, it, at) => Math.max(most, Math.abs(it - (right[at] ?? 0))), 0);
    if (!(apart <= 1e-4 + 2e-3 * largest) || gradient.some(Number.isNaN))
      troubles.push(`${names[index]}: up to ${apart} apart from the cpu's, whose largest is ${largest}`);
  }
  const size = Math.hypot(...gradients.map((it) => Math.hypot(...it)));
  const along = (far: number): Promise<number> =>
    bench.lossAt(gradients.map((it) => it.map((value) => (value / size) * far)));
  const found = await slopes(along, await bench.lossAt([]), size);
  if (!found.agrees && !found.kinked)
    troubles.push(`along the gradient of size ${size} differences say ${found.measured}`);
  bench.dispose();
  const left = tf.memory().numTensors - before;
  if (left !== 0) troubles.push(`${left} tensors are left over`);
  return troubles;
}

const anyNumbers = (count: number, next: () => number): Float32Array =>
  Float32Array.from({ length: count }, () => next() * 2 - 1);

const dot = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, it, index) => sum + it * (b[index] ?? Number.NaN), 0);

/** Weights in general position: no zeros, no two alike, variances positive. */
export function weightsOf(plan: Plan): Weights {
  return Object.fromEntries(
    plan.steps
      .filter((it) => it.weights.length)
      .map(({ node, weights }) => [
        node.id,
        weights.map(({ name, shape }) => {
          const next = randomStream(seedOf(node.id, name));
          const offset = name === "gamma" || name === "moving_variance" ? 1 : 0;
          // The positions of a locally connected layer stand before the last four axes and add up to nothing.
          const spread = Math.min(0.7, 2 / Math.sqrt(volume(shape.slice(-4, -1))));
          return Float32Array.from({ length: volume(shape) }, () => offset + (next() * 2 - 1) * spread);
        }),
      ]),
  );
}
