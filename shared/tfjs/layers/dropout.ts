import * as tf from "@tensorflow/tfjs-core";
import { seedOf } from "../../nodes/random.ts";
import type { Behaviour, Moment } from "./behaviour.ts";
import { fillMask, fillNormal } from "./random-fill.ts";

/** tfjs's dropout with a seed repeats one mask for ever, and without one it cannot be repeated at all. */
export const seededDropout =
  (name: string, rate: number, moment: Moment): Behaviour =>
  (input, training) =>
    training && rate > 0
      ? dropped(input, input.shape, rate, seedNow("dropout", name, moment))
      : tf.clone(input);

/** Whole feature maps at once (Tompson et al. 2015, section 3.2): images [n, height, width, channels]. */
export const spatialDropout =
  (name: string, rate: number, moment: Moment): Behaviour =>
  (input, training) => {
    const [images = 1, , , channels = 1] = input.shape;
    return training && rate > 0
      ? dropped(input, [images, 1, 1, channels], rate, seedNow("dropout", name, moment))
      : tf.clone(input);
  };

/** tfjs's noise cannot be repeated. */
export const seededNoise =
  (name: string, deviation: number, moment: Moment): Behaviour =>
  (input, training) => {
    if (!training || deviation === 0) return tf.clone(input);
    const noise = new Float32Array(input.size);
    fillNormal(noise, deviation, seedNow("noise", name, moment));
    return tf.add(input, tf.tensor(noise, input.shape));
  };

const seedNow = (what: string, name: string, { seed, step }: Moment): number =>
  seedOf(what, seed, name, step);

function dropped(input: tf.Tensor, maskShape: number[], rate: number, seed: number): tf.Tensor {
  const mask = new Float32Array(tf.util.sizeFromShape(maskShape));
  fillMask(mask, rate, seed);
  return tf.mul(input, tf.tensor(mask, maskShape));
}
