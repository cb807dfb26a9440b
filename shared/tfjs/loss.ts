import * as tf from "@tensorflow/tfjs-core";
import { isOnHost } from "./on-host.ts";

/** Sums over the images seen since `reset`. NaN or infinite where training has diverged. */
export interface Sums {
  readonly loss: number;
  readonly right: number;
  readonly images: number;
}

/** Measures the loss of every batch and keeps the sums where reading them costs least. */
export interface Meter {
  /** Mean softmax cross-entropy of logits [n, classes], as a scalar that can be differentiated. */
  loss(logits: tf.Tensor, labels: Uint8Array): tf.Scalar;
  /** Adds what was measured elsewhere. */
  count(sums: Sums): void;
  read(): Promise<Sums>;
  reset(): void;
  dispose(): void;
}

/** The meter for the current backend. */
export const createMeter = (): Meter => (isOnHost() ? hostMeter() : deviceMeter());

/** One pass in JavaScript gives loss, hits and gradient; tfjs takes about a dozen kernels for the same. */
export function hostMeter(): Meter {
  let sums: Sums = { loss: 0, right: 0, images: 0 };
  const count = ({ loss, right, images }: Sums): void => {
    sums = { loss: sums.loss + loss, right: sums.right + right, images: sums.images + images };
  };
  return {
    loss(logits, labels) {
      const mean = tf.customGrad((input) => {
        const z = input as tf.Tensor;
        const classes = z.shape[1] ?? 1;
        const found = crossEntropy(z.dataSync<"float32">(), labels, classes);
        count({ loss: found.loss, right: found.right, images: labels.length });
        return {
          value: tf.scalar(found.loss / labels.length),
          gradFunc: (dy: tf.Tensor) => tf.mul(tf.tensor2d(found.gradient, [labels.length, classes]), dy),
        };
      });
      return tf.reshape<tf.Rank.R0>(mean(logits), []);
    },
    count,
    read: async () => sums,
    reset: () => {
      sums = { loss: 0, right: 0, images: 0 };
    },
    dispose: () => {},
  };
}

/** Summed loss, hits, and the gradient of the mean loss, of logits [labels.length, classes]. */
export function crossEntropy(
  logits: Float32Array,
  labels: Uint8Array,
  classes: number,
): { readonly loss: number; readonly right: number; readonly gradient: Float32Array } {
  const gradient = new Float32Array(logits.length);
  let loss = 0;
  let right = 0;
  for (let row = 0; row < labels.length; row++) {
    const start = row * classes;
    const label = start + (labels[row] ?? 0);
    let strongest = start;
    for (let at = start + 1; at < start + classes; at++)
      if ((logits[at] ?? 0) > (logits[strongest] ?? 0)) strongest = at;
    const highest = logits[strongest] ?? 0;
    let sum = 0;
    for (let at = start; at < start + classes; at++) sum += Math.exp((logits[at] ?? 0) - highest);
    for (let at = start; at < start + classes; at++) {
      const probability = Math.exp((logits[at] ?? 0) - highest) / sum;
      gradient[at] = (probability - (at === label ? 1 : 0)) / labels.length;
    }
    loss += Math.log(sum) + highest - (logits[label] ?? Number.NaN);
    if (strongest === label) right++;
  }
  return { loss, right, gradient };
}

/** The sums stay on the device until they are read, so that a step does not wait for the one before. */
export function deviceMeter(): Meter {
  let sums: tf.Tensor | undefined;
  let images = 0;
  return {
    loss(logits, labels) {
      const classes = logits.shape[1] ?? 1;
      const wanted = tf.tensor1d(Int32Array.from(labels), "int32");
      const mean = tf.reshape<tf.Rank.R0>(
        tf.losses.softmaxCrossEntropy(tf.oneHot(wanted, classes), logits),
        [],
      );
      // Counted without truth values, whose sums tfjs 4.22 gets wrong on webgpu.
      const missed = tf.cast(tf.abs(tf.sub(tf.argMax(logits, 1), wanted)), "float32");
      const right = tf.sum(tf.sub(1, tf.step(missed)));
      const added = tf.stack([tf.mul(mean, labels.length), right]);
      const before = sums;
      sums = tf.keep(before ? tf.add(before, added) : added);
      before?.dispose();
      images += labels.length;
      return mean;
    },
    count() {
      throw new Error("A meter on a device measures every loss itself.");
    },
    async read() {
      const [loss = 0, right = 0] = sums ? await sums.data() : [];
      return { loss, right, images };
    },
    reset() {
      sums?.dispose();
      sums = undefined;
      images = 0;
    },
    dispose: () => sums?.dispose(),
  };
}
