import type { Plan } from "../../compile/plan.ts";
import { randomStream } from "../../nodes/random.ts";
import { volume } from "../../nodes/shape.ts";

/** Numbers row by row with their shape, the first axis counting the examples. */
export interface Examples {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

const count = 5;

/** Five random examples of the plan's input shape, [5, height, width, channels] or [5, units]; values k/256, 0 ≤ k < 256. */
export function probesOf({ steps }: Plan): Examples {
  const shape = [count, ...(steps.find((it) => it.kind.family === "input")?.output ?? [1])];
  const next = randomStream(1);
  // Few binary digits, so that JSON tells them exactly and shortly.
  const values = Float32Array.from({ length: volume(shape) }, () => Math.floor(256 * next()) / 256);
  return { shape, values };
}
