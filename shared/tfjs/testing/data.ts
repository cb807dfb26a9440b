import { randomStream } from "../../nodes/random.ts";
import type { Dataset, Examples } from "../../train/dataset.ts";

/** 8×8 images with one bright row (class 0), column (class 1) or nothing (class 2) on noise. Easy, but not at once. */
export function tinyData(train = 96, test = 30): Dataset {
  const next = randomStream(9);
  const draw = (count: number): Examples => {
    const labels = Uint8Array.from({ length: count }, (_, index) => index % 3);
    const pixels = new Float32Array(count * 64);
    for (const [image, label] of labels.entries()) {
      const line = Math.floor(next() * 8);
      for (let at = 0; at < 64; at++) {
        const lit = (label === 0 && at >> 3 === line) || (label === 1 && at % 8 === line);
        pixels[image * 64 + at] = next() * 0.4 + (lit ? 0.6 : 0);
      }
    }
    return { pixels, labels };
  };
  return {
    name: "tiny",
    image: [8, 8, 1],
    classes: ["row", "column", "neither"],
    train: draw(train),
    test: draw(test),
  };
}
