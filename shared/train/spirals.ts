import { randomStream, seedOf } from "../nodes/random.ts";
import type { Dataset, Examples } from "./dataset.ts";

const classes = ["arm 1", "arm 2", "arm 3"] as const;
const turns = 0.75;
const wobble = 0.12;

/**
 * Points of a plane on three spiral arms, one class each: no straight line tells them apart, a small dense net does.
 * Example: [x, y], in the unit circle and a little beyond. A point at distance r, uniform from 0.05 to 1, stands at the
 * angle 2π · (arm / 3 + 0.75 · r) plus a deviation normal with 0.12 radians. 1,500 points to train, 300 to test;
 * classes take turns, so that every part is balanced. Same seed, same points.
 */
export function spirals(seed = 1): Dataset {
  return {
    name: "Spirals",
    example: [2],
    classes,
    train: draw(1500, seedOf("spirals", "train", seed)),
    test: draw(300, seedOf("spirals", "test", seed)),
    table: {
      inputs: ["x", "y"].map((name) => ({ name, mean: 0, deviation: 1, standardised: false })),
      label: "arm",
      leftOut: [],
      rowsWithGaps: 0,
      shuffled: false,
    },
  };
}

function draw(count: number, seed: number): Examples {
  const next = randomStream(seed);
  const values = new Float32Array(count * 2);
  const labels = Uint8Array.from({ length: count }, (_, point) => point % classes.length);
  for (const [point, arm] of labels.entries()) {
    const radius = 0.05 + 0.95 * next();
    const angle = 2 * Math.PI * (arm / classes.length + turns * radius) + wobble * normal(next);
    values[2 * point] = radius * Math.cos(angle);
    values[2 * point + 1] = radius * Math.sin(angle);
  }
  return { values, labels };
}

/** From two uniform numbers (Box and Muller, 1958); 1 − u is never 0. */
const normal = (next: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
