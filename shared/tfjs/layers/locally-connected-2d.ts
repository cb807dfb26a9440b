import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import type { Padding } from "../../nodes/window.ts";
import { one } from "./behaviour.ts";
import { unfolded, windowsAlong } from "./windows.ts";

/** The arguments of Keras 2's layer of that name, under the names that tfjs gives its own layers' arguments. */
export interface LocallyConnectedConfig {
  readonly name?: string;
  readonly filters: number;
  readonly kernelSize: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly padding: Padding;
  readonly useBias: boolean;
  readonly activation: string;
  readonly trainable?: boolean;
}

/**
 * A convolution with kernels and biases of its own at every position; tfjs has none. Images [n, height, width, channels];
 * kernel [rows, columns, kernel height, kernel width, channels, filters], bias [rows, columns, filters]. It is registered
 * with tfjs, so that models that hold it can be saved and loaded where this file is.
 */
export class LocallyConnected2D extends tfl.layers.Layer {
  static readonly className = "LocallyConnected2D";
  private readonly config: LocallyConnectedConfig;
  private readonly activate: tfl.layers.Layer;

  constructor(config: LocallyConnectedConfig) {
    const { name, trainable = true } = config;
    super({ trainable, ...(name === undefined ? {} : { name }) });
    this.config = config;
    this.activate = tfl.layers.activation({ activation: config.activation as "linear" });
  }

  private windows(inputShape: tfl.Shape) {
    const { kernelSize, strides, padding } = this.config;
    const [, height, width] = inputShape.map(Number);
    return [
      windowsAlong(height ?? 0, kernelSize[0], strides[0], padding),
      windowsAlong(width ?? 0, kernelSize[1], strides[1], padding),
    ] as const;
  }

  override build(inputShape: tfl.Shape | tfl.Shape[]): void {
    const shape = imageShape(inputShape);
    const [rows, columns] = this.windows(shape);
    const { filters, useBias } = this.config;
    const channels = Number(shape[3]);
    const zeros = tfl.initializers.zeros();
    const places = [rows.places, columns.places];
    this.addWeight("kernel", [...places, rows.size, columns.size, channels, filters], "float32", zeros);
    if (useBias) this.addWeight("bias", [...places, filters], "float32", zeros);
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: tfl.Shape | tfl.Shape[]): tfl.Shape {
    const shape = imageShape(inputShape);
    const [rows, columns] = this.windows(shape);
    return [shape[0] ?? null, rows.places, columns.places, this.config.filters];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const images = one(inputs);
      const [kernel, bias] = this.weights.map((it) => it.read());
      if (!kernel) throw new Error(`Layer ${this.name} has no kernel.`);
      const [rows, columns] = this.windows(images.shape);
      const seen = unfolded(images, rows, columns);
      const [places, count, depth] = seen.shape;
      const { filters } = this.config;
      // One small product of matrices for every place.
      const sums = tf.matMul(seen, tf.reshape(kernel, [places, depth, filters]));
      const maps = tf.transpose(
        tf.reshape(sums, [rows.places, columns.places, count, filters]),
        [2, 0, 1, 3],
      );
      return one(this.activate.call(bias ? tf.add(maps, bias) : maps, {}));
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { filters, kernelSize, strides, padding, useBias, activation } = this.config;
    const own = { filters, kernelSize: [...kernelSize], strides: [...strides], padding, useBias, activation };
    return { ...super.getConfig(), ...own };
  }
}

tf.serialization.registerClass(LocallyConnected2D);

/** One input's shape, batch first. */
const imageShape = (shapes: tfl.Shape | tfl.Shape[]): tfl.Shape => {
  const [first] = shapes;
  return Array.isArray(first) ? first : (shapes as tfl.Shape);
};
