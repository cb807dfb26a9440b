import { counted } from "../../../shared/emit/figures.ts";
import type { FormatGroup } from "../../../shared/emit/index.ts";
import { type Theme, themes } from "../../../shared/emit/svg/theme.ts";
import type { RunRecord } from "../../state/runs.ts";
import { inPercent } from "../../ui/notation.ts";

/** Which weights go out: those that are kept for the design, or those that its recipe's seed starts with. */
export type WeightsChoice = "kept" | "initial";

/** What a format without weights holds, in a sentence. */
export const contentsOf = (group: FormatGroup): string =>
  group === "program"
    ? "It starts from fresh weights and trains with this document’s recipe."
    : "The layers as they are drawn, without weights.";

/** The weights that can go out, the better ones first. */
export function weightsChoices(
  run: RunRecord | undefined,
  fits: boolean,
  seed: number,
): readonly { readonly value: WeightsChoice; readonly label: string }[] {
  const initial = { value: "initial", label: `Initial, from seed ${seed}` } as const;
  return run && fits ? [{ value: "kept", label: keptWords(run) }, initial] : [initial];
}

function keptWords({ epochs, test, importedFrom }: RunRecord): string {
  if (importedFrom !== undefined) return `Imported from ${importedFrom}`;
  const length = epochs.length ? counted(epochs.length, "epoch") : "less than an epoch";
  const result = test ? `, ${inPercent(test.accuracy)} of the test images recognised` : "";
  return `Trained for ${length}${result}`;
}

/** Why there are no better ones. */
export function weightsNote(run: RunRecord | undefined, fits: boolean): string | undefined {
  if (fits) return undefined;
  if (!run) return "This design has not been trained yet.";
  if (run.status !== "ended") return "The run’s weights can be exported once it has ended.";
  if (!run.weights) return undefined;
  return `The ${run.importedFrom === undefined ? "trained" : "imported"} weights no longer fit the edited design.`;
}

const titles: Readonly<Record<string, string>> = { light: "Light", dark: "Dark", greyscale: "Greyscale" };

/** Of pictures; each has its colours in `shared/emit`. */
export const themeNames: readonly { readonly value: Theme; readonly label: string }[] = (
  Object.keys(themes) as Theme[]
).map((value) => ({ value, label: titles[value] ?? value }));
