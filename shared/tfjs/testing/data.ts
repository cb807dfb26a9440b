import { randomStream } from "../../nodes/random.ts";
import type { NamedBytes } from "../../protocol/training.ts";
import type { Dataset, Examples } from "../../train/dataset.ts";

/** 8×8 images with one bright row (class 0), column (class 1) or nothing (class 2) on noise. Easy, but not at once. */
export function tinyData(train = 96, test = 30): Dataset {
  const next = randomStream(9);
  const draw = (count: number): Examples => {
    const labels = Uint8Array.from({ length: count }, (_, index) => index % 3);
    const values = new Float32Array(count * 64);
    for (const [image, label] of labels.entries()) {
      const line = Math.floor(next() * 8);
      for (let at = 0; at < 64; at++) {
        const lit = (label === 0 && at >> 3 === line) || (label === 1 && at % 8 === line);
        values[image * 64 + at] = next() * 0.4 + (lit ? 0.6 : 0);
      }
    }
    return { values, labels };
  };
  return {
    name: "tiny",
    example: [8, 8, 1],
    classes: ["row", "column", "neither"],
    train: draw(train),
    test: draw(test),
  };
}

/** The same images as a folder of IDX files: a header of big-endian numbers, then bytes. */
export function tinyFiles(): readonly NamedBytes[] {
  const { train, test } = tinyData();
  return [...idx("train", train), ...idx("t10k", test)];
}

function idx(part: string, { values: pixels, labels }: Examples): NamedBytes[] {
  const file = (
    magic: number,
    sizes: readonly number[],
    values: readonly number[],
  ): Uint8Array<ArrayBuffer> => {
    const header = new DataView(new ArrayBuffer(4 + 4 * sizes.length));
    for (const [index, it] of [magic, ...sizes].entries()) header.setUint32(4 * index, it);
    return Uint8Array.of(...new Uint8Array(header.buffer), ...values);
  };
  const bytes = Array.from(pixels, (it) => Math.round(255 * it));
  return [
    { name: `${part}-images-idx3-ubyte`, bytes: file(0x803, [labels.length, 8, 8], bytes) },
    { name: `${part}-labels-idx1-ubyte`, bytes: file(0x801, [labels.length], [...labels]) },
  ];
}
