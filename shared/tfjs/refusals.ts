import type { Plan } from "../compile/plan.ts";
import { type Format, formats, isFormatName } from "../emit/index.ts";
import { loweringOf, lowerRefusal } from "../lowering/lower.ts";
import type { Refusals } from "../protocol/exchange.ts";

/** Which formats cannot hold the design, and why. The plan must be ready. */
export const refusalsOf = (plan: Plan): Refusals =>
  Object.fromEntries(
    Object.entries(formats).flatMap(([name, format]: [string, Format]) => {
      const why = format.makes === "tfjs" ? tfjsRefusal(plan) : format.refuses?.(plan);
      return why !== undefined && isFormatName(name) ? [[name, why]] : [];
    }),
  );

/** Why tfjs's files cannot hold the design. */
export function tfjsRefusal({ steps }: Plan): string | undefined {
  for (const step of steps) {
    const why = lowerRefusal(step, loweringOf(step), alternatives);
    if (why !== undefined) return why;
  }
  return undefined;
}

const alternatives = { owner: "tfjs", others: "an ONNX model or a Keras program" };
