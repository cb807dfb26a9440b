import { randomStream, seedOf } from "../nodes/random.ts";
import type { Dataset, Examples } from "./dataset.ts";

const size = 50;
const bars = 10;
const classes = ["vertical", "horizontal"] as const;

/**
 * The "edge lover" exercise: images 50×50×1 of zeros and ones with ten bars, all vertical (class 0) or all
 * horizontal (class 1). One kernel and a maximum tell them apart.
 * 2,000 images to train (a validation share of 0.5 leaves 1,000 and 1,000) and 500 to test. Classes alternate, so
 * that the first and the last n images hold as many of each. Same seed, same images.
 */
export function stripes(seed = 1): Dataset {
  return {
    name: "Stripes",
    example: [size, size, 1],
    classes,
    train: draw(2000, seedOf("stripes", "train", seed)),
    test: draw(500, seedOf("stripes", "test", seed)),
  };
}

function draw(count: number, seed: number): Examples {
  const next = randomStream(seed);
  const values = new Float32Array(count * size * size);
  const labels = Uint8Array.from({ length: count }, (_, image) => image % classes.length);
  for (const [image, label] of labels.entries()) {
    const canvas = values.subarray(image * size * size, (image + 1) * size * size);
    for (let bar = 0; bar < bars; bar++) paintBar(canvas, label === 0, next);
  }
  return { values, labels };
}

/** From a random row y to an end drawn from y to 49, which stays unpainted: a bar may be empty. */
function paintBar(canvas: Float32Array, vertical: boolean, next: () => number): void {
  const from = Math.floor(next() * size);
  const across = Math.floor(next() * size);
  const end = from + Math.floor(next() * (size - from));
  for (let along = from; along < end; along++)
    canvas[vertical ? along * size + across : across * size + along] = 1;
}
