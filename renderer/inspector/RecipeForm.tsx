import { useState } from "react";
import { setRecipe } from "../../shared/graph/edit-document.ts";
import type { Value } from "../../shared/nodes/settings.ts";
import { type RecipeSetting, recipePart, recipeSettings, recipeWith } from "../../shared/train/recipe.ts";
import { editDocument, endIntention, useDocument } from "../state/workspace.ts";
import { SettingRow } from "./SettingsForm.tsx";

/** How all designs of the document are trained. A value that cannot be used is not taken, and the row says why. */
export function RecipeForm() {
  const { recipe } = useDocument();
  const [refused, setRefused] = useState<{ readonly place: RecipeSetting; readonly why: string }>();
  const change = (place: RecipeSetting, value: Value) => {
    const why = recipeSettings[place].check(value);
    setRefused(why === undefined ? undefined : { place, why });
    if (why === undefined)
      editDocument((document) => setRecipe(document, recipeWith(recipe, { [place]: value })), place);
  };
  return places
    .filter((it) => it !== "earlyStopping.patience" || recipe.earlyStopping.on)
    .map((place) => (
      <SettingRow
        key={place}
        setting={recipeSettings[place]}
        value={recipePart(recipe, place)}
        refused={refused?.place === place ? refused.why : undefined}
        onChange={(value) => change(place, value)}
        onDone={endIntention}
      />
    ));
}

// `Object.keys` forgets the names it was given.
const places = Object.keys(recipeSettings) as RecipeSetting[];
