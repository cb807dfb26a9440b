import type { Plan } from "../../../shared/compile/plan.ts";
import { counted } from "../../../shared/emit/figures.ts";
import type { Entry, Imported } from "../../../shared/import/imported.ts";
import { show } from "../../../shared/nodes/shape.ts";

/** `28×28×1 → 10, 54,314 parameters`; of a design with gaps the parameters alone. */
export function figuresWords({ steps, output, totals, ready }: Plan): string {
  const parameters = counted(totals.parameters, "parameter");
  const given = steps.find((it) => it.kind.family === "input");
  return ready && given && output
    ? `${show(given.output)} → ${show(output.output)}, ${parameters}`
    : parameters;
}

/** How many entries of the report are of each fate. */
export function countsWords(report: readonly Entry[], weightsAlone: boolean): string {
  const count = (fate: Entry["fate"]): number => report.filter((it) => it.fate === fate).length;
  const mapped = counted(count("mapped"), weightsAlone ? "array" : "layer");
  const others = [
    [count("approximated"), "approximated"],
    [count("refused"), "not taken over"],
  ] as const;
  return [`${mapped} taken over as ${count("mapped") === 1 ? "it is" : "they are"}`]
    .concat(others.flatMap(([number, words]) => (number ? [`${number} ${words}`] : [])))
    .join(", ")
    .concat(".");
}

/** Whether the weights came along. */
export function weightsWords({ weights, report }: Imported): string {
  if (weights) return "The weights come along: feature maps show them, and training goes on from them.";
  return report.some((it) => it.fate === "refused")
    ? "Without weights: they are of no use while layers are missing."
    : "Without weights: the file holds none.";
}
