import { type Derivation, derivationsOf, type Line } from "../../shared/compile/derivations.ts";
import { designDerivations } from "../../shared/compile/design-derivations.ts";
import { optimizerSlots } from "../../shared/compile/memory.ts";
import type { Plan, Step } from "../../shared/compile/plan.ts";
import { shareDerivations } from "../../shared/compile/shares.ts";
import type { Recipe } from "../../shared/train/recipe.ts";

/** Columns that the text keeps to, as far as its words allow. */
const width = 80;

type Told = Omit<Derivation, "quantity"> & { readonly quantity: string };

/** Where every number of a design comes from, layer by layer and then for the whole, for a terminal. */
export function explanation(plan: Plan, recipe: Recipe): string {
  const { batch, optimizer } = recipe;
  const layers = plan.steps.map((step) => [
    headingOf(step),
    ...told([...derivationsOf(plan, step.node.id, batch), ...shareDerivations(step, plan.totals)]),
  ]);
  const whole = [
    `whole design  batch of ${batch}, ${optimizer.name}`,
    ...told(designDerivations(plan, batch, optimizerSlots[optimizer.name])),
  ];
  return [...layers, whole].map((it) => `${it.join("\n")}\n`).join("\n");
}

function headingOf({ node, kind, values }: Step): string {
  const notation = kind.notation(values);
  return `${node.id}  ${kind.title}${notation ? `  ${notation}` : ""}`;
}

function told(derivations: readonly Told[]): readonly string[] {
  const parameters = derivations.find((it) => it.quantity === "parameters");
  return derivations.flatMap((it) => {
    // Nearly always all of them: the same line twice would hide the others.
    if (it.quantity === "trainable" && it.lines[0]?.worked === parameters?.lines[0]?.worked)
      return [`  ${it.title}  all ${it.value}`];
    return [`  ${it.title}  ${it.value}`, ...joined(it.lines).flatMap(inLines)];
  });
}

/** Both axes in one where they are worked out alike. */
function joined(lines: readonly Line[]): readonly Line[] {
  const [first, second, ...others] = lines;
  if (first?.name !== "height" || second?.name !== "width") return lines;
  const alike =
    first.worked === second.worked && first.formula === second.formula.replaceAll("width", "height");
  if (!alike) return lines;
  return [
    { ...first, name: "height, width", formula: first.formula.replaceAll("height", "size") },
    ...others,
  ];
}

/** The formula and, below it, the numbers; what is taken over as it is in one line. */
function inLines({ name, formula, worked }: Line): readonly string[] {
  const place = name ? `${name}: ` : "";
  return worked.includes(" = ")
    ? [...wrapped(`${place}${formula}`), ...wrapped(worked, "      ")]
    : wrapped(`${place}${formula}: ${worked}`);
}

/** Broken between words, later lines further in. */
function wrapped(text: string, indent = "    "): readonly string[] {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(" ")) {
    const longer = line.trim() ? `${line} ${word}` : line + word;
    if ([...longer].length <= width || !line.trim()) line = longer;
    else {
      lines.push(line);
      line = `${indent}  ${word}`;
    }
  }
  return [...lines, line];
}
