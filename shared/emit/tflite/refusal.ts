import type { Plan } from "../../compile/plan.ts";
import { tooLarge } from "../sound-weights.ts";

/** Offsets in a FlatBuffers file have 31 bits; a MiB of it is for names and small tables. */
const mostBytes = 2 ** 31 - 2 ** 20;

/** Why the design is too large for a TFLite file, in a sentence. */
export const tooLargeForTflite = (plan: Plan): string | undefined =>
  tooLarge(plan, "A TFLite file", mostBytes);
