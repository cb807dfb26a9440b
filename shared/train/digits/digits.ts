import { randomStream, seedOf } from "../../nodes/random.ts";
import type { Dataset, Examples } from "../dataset.ts";
import { type Form, forms } from "./forms.ts";
import { write } from "./hand.ts";
import { ink } from "./ink.ts";

const size = 28;

/**
 * Handwritten-looking digits, drawn from our own strokes so that the app works offline from the first second:
 * 28×28×1, white ink on black like MNIST, 6,000 to train and 1,000 to test. Classes take turns, 0 to 9, so that the
 * first and the last n images are balanced. Values are multiples of 1/255, as a scanner gives. Same seed, same images.
 */
export function digits(seed = 1): Dataset {
  return {
    name: "Digits",
    example: [size, size, 1],
    classes: forms.map((_, digit) => String(digit)),
    train: draw(6000, seedOf("digits", "train", seed)),
    test: draw(1000, seedOf("digits", "test", seed)),
  };
}

function draw(count: number, seed: number): Examples {
  const next = randomStream(seed);
  const values = new Float32Array(count * size * size);
  const labels = Uint8Array.from({ length: count }, (_, image) => image % forms.length);
  for (const [image, label] of labels.entries()) {
    const canvas = values.subarray(image * size * size, (image + 1) * size * size);
    ink(canvas, size, write(pick(forms[label] ?? [], next), next), 0.9 + 0.5 * next());
    scan(canvas, next);
  }
  return { values, labels };
}

function pick(choices: readonly Form[], next: () => number): Form {
  const often = choices.flatMap((form) => new Array<Form>(form.weight).fill(form));
  const found = often[Math.floor(next() * often.length)];
  if (!found) throw new Error("every digit has a form");
  return found;
}

/** Paper and scanner: uneven ink, a little noise everywhere, 256 shades. */
function scan(canvas: Float32Array, next: () => number): void {
  const strength = 0.9 + 0.1 * next();
  for (let pixel = 0; pixel < canvas.length; pixel++) {
    const value = (canvas[pixel] ?? 0) * strength + 0.04 * (next() + next() - 1);
    canvas[pixel] = Math.round(255 * Math.min(1, Math.max(0, value))) / 255;
  }
}
