import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { permutation } from "../../nodes/random.ts";
import { volume } from "../../nodes/shape.ts";
import { one } from "./behaviour.ts";

/** Moves whole pixels (or the values of a vector) to fixed other places; `nodes/shuffle-pixels.ts` states the rule. */
export class ShufflePixels extends tfl.layers.Layer {
  static readonly className = "ShufflePixels";
  private readonly seed: number;
  private move: (pixels: tf.Tensor) => tf.Tensor = (pixels) => pixels;

  constructor({ name, seed }: { readonly name?: string; readonly seed: number }) {
    super(name === undefined ? {} : { name });
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

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), seed: this.seed };
  }
}

tf.serialization.registerClass(ShufflePixels);

/** Pixels of an image [height, width, channels], values of a vector [units]. */
const placesOf = (shape: readonly number[]): number => volume(shape.length === 3 ? shape.slice(0, 2) : shape);

// tfjs's own gradient of gather adds row by row; that of a permutation is the way back.
const moveAlong = (from: Int32Array, back: Int32Array) =>
  tf.customGrad((input) => ({
    value: tf.gather(input as tf.Tensor, tf.tensor1d(from, "int32"), 1),
    gradFunc: (dy: tf.Tensor) => tf.gather(dy, tf.tensor1d(back, "int32"), 1),
  }));
