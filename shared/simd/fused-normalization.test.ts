import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { batchNormByBatch, batchNormByMoments, layerNormByRows } from "./fused-normalization.ts";
import { Dice, startBackend } from "./testing/agreement.ts";
import { expectClose } from "./testing/arrays.ts";

const epsilon = 1e-3;
type Operands = readonly [x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor];

/** The same composed of tfjs's own operations. */
const composed = ([x, gamma, beta]: Operands, mean: tf.Tensor, variance: tf.Tensor): tf.Tensor =>
  tf.add(tf.mul(tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, epsilon))), gamma), beta);

test.each(["batch norm", "frozen batch norm", "layer norm"])(
  "%s and its gradients are those of tfjs's operations",
  async (name) => {
    const backend = await startBackend(2);
    const shape = [3, 4, 5, 7];
    const dice = new Dice(4);
    const draw = (size: readonly number[]) => tf.tensor([...dice.input(size).values], [...size]);
    const given = [draw(shape), draw([7]), draw([7])];
    const weights = draw(shape);
    const moments = { mean: draw([7]), variance: tf.add(tf.square(draw([7])), 0.2) };
    const ours = ([x, gamma, beta]: Operands): tf.Tensor =>
      name === "layer norm"
        ? layerNormByRows(backend, x, gamma, beta, epsilon)
        : name === "batch norm"
          ? batchNormByBatch(backend, x, gamma, beta, epsilon).out
          : batchNormByMoments(backend, x, gamma, beta, moments, epsilon);
    const theirs = (operands: Operands): tf.Tensor => {
      const found =
        name === "layer norm" ? tf.moments(operands[0], -1, true) : tf.moments(operands[0], [0, 1, 2]);
      const { mean, variance } = name === "frozen batch norm" ? moments : found;
      return composed(operands, mean, variance);
    };
    const derive = (of: (operands: Operands) => tf.Tensor): readonly tf.Tensor[] => {
      const { value, grads } = tf.valueAndGrads((...it) =>
        tf.sum(tf.mul(of(it as unknown as Operands), weights)),
      )(given);
      return [value, ...grads];
    };
    const [actual, expected] = [derive(ours), derive(theirs)];
    expect(actual.map((it) => it.shape)).toEqual([[], shape, [7], [7]]);
    for (const [at, it] of expected.entries())
      expectClose(actual[at]?.dataSync() ?? [], it.dataSync(), 1e-5, `value and gradients, ${at}`);
    tf.dispose([...actual, ...expected]);
    const kept = tf.memory().numTensors;
    tf.tidy(() => {
      derive(ours);
    });
    expect(tf.memory().numTensors).toBe(kept);
  },
);
