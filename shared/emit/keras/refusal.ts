import type { Plan, Step } from "../../compile/plan.ts";
import { loweringOf, lowerRefusal } from "../../lowering/lower.ts";
import type { Lowering } from "../../lowering/lowering.ts";
import { counted } from "../figures.ts";

/** Whose layers a design is put in: 3 is Keras 3; 2 is what Keras 2, Keras 3 and tfjs all have. */
export type Version = 2 | 3;

/** More than this does not fit in the HDF5 library's memory while it is written. */
const mostBytes = 2 ** 30;

/** Why a Keras file cannot hold the design, whatever its weights, in a sentence; undefined when it can. */
export function kerasRefusal({ steps, totals }: Plan, version: Version): string | undefined {
  const lowerings = steps.map((it) => [it, loweringFor(it, version)] as const);
  const [refused] = lowerings.flatMap(([step, it]) => lowerRefusal(step, it, words) ?? []);
  if (refused) return refused;
  const tables = lowerings.reduce((sum, [, it]) => sum + (it?.numbers ?? 0), 0);
  const numbers = totals.parameters + tables;
  if (4 * numbers <= mostBytes) return undefined;
  return `A Keras file is written with 1 GiB at most, and the design needs ${counted(numbers, "number")}. Make its largest layers smaller, or export ${words.others} instead.`;
}

const words = { owner: "Keras", others: "an ONNX or TFLite model or a Keras program" };

/** Keras 3 has our layers but for two; what tfjs lacks or has wrong is in neither tfjs nor Keras 2. */
export function loweringFor(step: Step, version: Version): Lowering | undefined {
  if (step.kind.family === "input") return undefined;
  const keras = step.kind.calls(step.values, step.inputs).keras;
  const isLacking = keras.some(({ fn }) => fn === "LocallyConnected2D" || fn === "ShufflePixels");
  return version === 2 || isLacking ? loweringOf(step) : undefined;
}
