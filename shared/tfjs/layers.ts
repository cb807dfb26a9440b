import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import type { Call } from "../nodes/kind.ts";
import { permutation, seedOf } from "../nodes/random.ts";
import type { Value } from "../nodes/settings.ts";
import { volume } from "../nodes/shape.ts";
import { normalizeBatch } from "./batch-norm.ts";
import { fillMask } from "./dropout-mask.ts";
import { globalMax } from "./global-max.ts";
import { isOnHost } from "./on-host.ts";

export type Layer = tfl.layers.Layer;

/** Which training step is on: dropout draws its masks from it. The training loop counts `step` up. */
export interface Moment {
  readonly seed: number;
  step: number;
}

/**
 * A layer that trains. It is tfjs's own layer of that name; where tfjs is wrong, the layer's `call` is replaced, so that
 * class name and weights stay those of the stock layer.
 */
export function trainingLayer({ fn, args }: Call, name: string, moment: Moment): Layer {
  if (fn === "shufflePixels") return new ShufflePixels(name, Number(args.seed));
  const layer = stockLayer({ fn, args: { ...args, ...quickStart(fn) } }, name);
  if (fn === "dropout") return mended(layer, seededDropout(name, Number(args.rate), moment));
  if (fn === "batchNormalization")
    return mended(layer, args.trainable === false ? frozen(layer) : batchNorm(layer, args));
  if (fn === "globalMaxPooling2d") return mended(layer, quickGlobalMax(layer));
  if (fn === "conv2d" && (spread(args.dilationRate) || args.activation === "linear"))
    return mended(layer, unfused(layer, args));
  return layer;
}

/** tfjs's own layer. Any Keras-compatible reader knows it by its class name. */
export function stockLayer({ fn, args }: Call, name: string): Layer {
  // The one place where a call, which is data, meets tfjs's factories, which are typed one by one.
  const factories = tfl.layers as unknown as Readonly<Record<string, ((args: object) => Layer) | undefined>>;
  const make = factories[fn];
  if (!make) throw new Error(`tfjs has no layer called ${fn}.`);
  return make({ ...args, name });
}

// Our own starting values replace tfjs's, so the cheapest initialiser will do.
const quickStart = (fn: string): Call["args"] =>
  fn === "conv2d" || fn === "dense" ? { kernelInitializer: "zeros" } : {};

type Behaviour = (input: tf.Tensor, training: boolean) => tf.Tensor;

function mended(layer: Layer, behave: Behaviour): Layer {
  layer.call = (inputs, { training }) =>
    tf.tidy(() => {
      const input = Array.isArray(inputs) ? inputs[0] : inputs;
      if (!input) throw new Error(`Layer ${layer.name} got no input.`);
      return behave(input, training === true);
    });
  return layer;
}

/** tfjs's dropout with a seed repeats one mask for ever, and without one it cannot be repeated at all. */
const seededDropout =
  (name: string, rate: number, moment: Moment): Behaviour =>
  (input, training) => {
    if (!training || rate === 0) return tf.clone(input);
    const mask = new Float32Array(input.size);
    fillMask(mask, rate, seedOf("dropout", moment.seed, name, moment.step));
    return tf.mul(input, tf.tensor(mask, input.shape));
  };

/** tfjs normalises a frozen layer by the batch and moves its averages all the same; Keras uses the averages as they are. */
function frozen(layer: Layer): Behaviour {
  const stock = layer.call.bind(layer);
  return (input) => one(stock(input, { training: false }));
}

function batchNorm(layer: Layer, { momentum, epsilon }: Call["args"]): Behaviour {
  const stock = layer.call.bind(layer);
  const [slow, small] = [Number(momentum), Number(epsilon)];
  return (input, training) => {
    if (!training) return one(stock(input, { training }));
    const [gamma, beta, ...averages] = layer.weights;
    if (!gamma || !beta) throw new Error(`Layer ${layer.name} has no weights.`);
    const moments = tf.moments(
      input,
      input.shape.slice(0, -1).map((_, axis) => axis),
    );
    for (const [index, now] of [moments.mean, moments.variance].entries()) {
      const average = averages[index];
      average?.write(tf.add(tf.mul(average.read(), slow), tf.mul(now, 1 - slow)));
    }
    return normalizeBatch(input, moments, gamma.read(), beta.read(), small);
  };
}

function quickGlobalMax(layer: Layer): Behaviour {
  const stock = layer.call.bind(layer);
  return (input) => (isOnHost() ? globalMax(input) : one(stock(input, {})));
}

/**
 * tfjs cannot differentiate a dilated convolution. A kernel with zeros between its cells says the same and can be
 * differentiated, at the price of multiplying by the zeros. And of a convolution without activation tfjs computes the
 * gradient by the input even where nobody wants it: in a first layer a third of the work.
 */
function unfused(layer: Layer, args: Call["args"]): Behaviour {
  const stock = layer.call.bind(layer);
  const [rowGap, columnGap] = both(args.dilationRate);
  const mode = args.padding === "same" ? "same" : "valid";
  const activation = stockLayer({ fn: "activation", args: { activation: args.activation ?? "linear" } }, "");
  return (input, training) => {
    if (!training) return one(stock(input, { training }));
    const [kernel, bias] = layer.weights.map((it) => it.read());
    if (!kernel) throw new Error(`Layer ${layer.name} has no kernel.`);
    const wide = withGaps(kernel as tf.Tensor4D, rowGap, columnGap);
    const sums = tf.conv2d(input as tf.Tensor4D, wide, both(args.strides), mode);
    return one(activation.call(bias ? tf.add(sums, bias) : sums, {}));
  };
}

function withGaps(kernel: tf.Tensor4D, rowGap: number, columnGap: number): tf.Tensor4D {
  if (rowGap === 1 && columnGap === 1) return kernel;
  const [rows, columns, channels, filters] = kernel.shape;
  const deep = channels * filters;
  const across = tf.pad(tf.reshape(kernel, [rows, columns, 1, deep]), padding(2, columnGap - 1));
  const down = tf.pad(tf.reshape(across, [rows, 1, columns * columnGap, deep]), padding(1, rowGap - 1));
  const whole = tf.reshape<tf.Rank.R4>(down, [rows * rowGap, columns * columnGap, channels, filters]);
  const span = [(rows - 1) * rowGap + 1, (columns - 1) * columnGap + 1, channels, filters];
  return tf.slice(whole, [0, 0, 0, 0], span);
}

/** So many zeros behind one of four axes. */
const padding = (axis: number, behind: number): [number, number][] =>
  [0, 1, 2, 3].map((it) => [0, it === axis ? behind : 0]);

/** Moves whole pixels (or the values of a vector) to fixed other places; `shuffle-pixels.ts` states the rule. */
class ShufflePixels extends tfl.layers.Layer {
  static readonly className = "ShufflePixels";
  private readonly seed: number;
  private move: (pixels: tf.Tensor) => tf.Tensor = (pixels) => pixels;
  constructor(name: string, seed: number) {
    super({ name });
    this.seed = seed;
  }
  override build(inputShape: tfl.Shape | tfl.Shape[]): void {
    const places = placesOf(inputShape.slice(1).map(Number));
    const from = permutation(places, this.seed);
    const back = new Int32Array(places);
    for (const [place, source] of from.entries()) back[source] = place;
    this.move = moveAlong(Int32Array.from(from), back);
    super.build(inputShape);
  }
  override computeOutputShape(inputShape: tfl.Shape): tfl.Shape {
    return inputShape;
  }
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const input = one(inputs);
      const places = placesOf(input.shape.slice(1));
      const pixels = tf.reshape(input, [input.shape[0] ?? 1, places, -1]);
      return tf.reshape(this.move(pixels), input.shape);
    });
  }
}

/** Pixels of an image [height, width, channels], values of a vector [units]. */
const placesOf = (shape: readonly number[]): number => volume(shape.length === 3 ? shape.slice(0, 2) : shape);

// tfjs's own gradient of gather adds row by row; that of a permutation is the way back.
const moveAlong = (from: Int32Array, back: Int32Array) =>
  tf.customGrad((input) => ({
    value: tf.gather(input as tf.Tensor, tf.tensor1d(from, "int32"), 1),
    gradFunc: (dy: tf.Tensor) => tf.gather(dy, tf.tensor1d(back, "int32"), 1),
  }));

function one(tensors: tf.Tensor | tf.Tensor[]): tf.Tensor {
  const first = Array.isArray(tensors) ? tensors[0] : tensors;
  if (!first) throw new Error("A layer got or gave no tensor.");
  return first;
}

const both = (value: Value | undefined): [number, number] => {
  const [height, width] = Array.isArray(value) ? value : [value, value];
  return [Number(height), Number(width)];
};
const spread = (value: Value | undefined): boolean => both(value).some((it) => it > 1);
