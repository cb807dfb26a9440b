import { useMemo } from "react";
import { RecipeForm } from "../../inspector/RecipeForm.tsx";
import { useSession } from "../../state/session.ts";
import { useDesign, useDocument } from "../../state/workspace.ts";
import { useTheme } from "../../ui/use-theme.ts";
import type { ShownRun } from "./chart-data.ts";
import { Training } from "./Training.tsx";

interface TrainingPanelProps {
  /** Why the design on the canvas cannot be trained now. */
  readonly blocked: string | undefined;
  readonly onTrain: () => void;
}

// One element for ever: the form is not drawn again with every step of a run.
const recipeForm = (
  <div className="inspector-form">
    <RecipeForm />
  </div>
);

export function TrainingPanel({ blocked, onTrain }: TrainingPanelProps) {
  const { designs, recipe } = useDocument();
  const records = useSession((state) => state.runs);
  const runs = useMemo(
    () =>
      designs.flatMap(({ name }, series): readonly ShownRun[] => {
        const record = records[name];
        return record ? [{ record, series }] : [];
      }),
    [designs, records],
  );
  return (
    <Training
      runs={runs}
      active={useDesign().name}
      epochs={recipe.epochs}
      blocked={blocked}
      theme={useTheme()}
      onTrain={onTrain}
      recipe={recipeForm}
    />
  );
}
