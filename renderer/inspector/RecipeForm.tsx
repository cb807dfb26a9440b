import { setRecipe } from "../../shared/graph/edit-document.ts";
import { type RecipeSetting, recipePart, recipeSettings, recipeWith } from "../../shared/train/recipe.ts";
import { complain } from "../state/notices.ts";
import { editDocument, endIntention, useDocument } from "../state/workspace.ts";
import { SettingRow } from "./SettingsForm.tsx";

/** How all designs of the document are trained. */
export function RecipeForm() {
  const { recipe } = useDocument();
  const places = Object.keys(recipeSettings) as RecipeSetting[];
  return places
    .filter((it) => it !== "earlyStopping.patience" || recipe.earlyStopping.on)
    .map((place) => (
      <SettingRow
        key={place}
        setting={recipeSettings[place]}
        value={recipePart(recipe, place)}
        onChange={(value) => {
          // A recipe is read by the worker as it stands: what it cannot use never gets in.
          const wrong = recipeSettings[place].check(value);
          if (wrong) return complain(`${recipeSettings[place].label} ${wrong}.`);
          editDocument((document) => setRecipe(document, recipeWith(recipe, { [place]: value })), place);
        }}
        onDone={endIntention}
      />
    ));
}
