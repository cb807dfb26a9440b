import { RecipeForm } from "../inspector/RecipeForm.tsx";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { closeDialog } from "./windows.ts";

/** The recipe on its own, for windows where the Training tab has no room for it. */
export const RecipeDialog = () => (
  <Dialog
    title="Training recipe"
    onClose={closeDialog}
    actions={
      <Button look="primary" onClick={closeDialog}>
        Done
      </Button>
    }
  >
    <div className="inspector-form">
      <RecipeForm />
    </div>
  </Dialog>
);
