import { useImport } from "../state/imports.ts";
import { keepImported } from "../state/orders.ts";
import { isActive, useRun } from "../state/session.ts";
import { useDesign } from "../state/workspace.ts";
import { ImportDialog } from "../views/import/ImportDialog.tsx";
import { begin, mayLose } from "./files.ts";
import { addImported, documentFor, endImport, takeWeights } from "./imports.ts";
import { useWindows } from "./windows.ts";

/** The dialog of the model that is being imported, and what its buttons do. */
export function ImportPanel() {
  const state = useImport();
  const screen = useWindows((it) => it.screen);
  const design = useDesign();
  const run = useRun(design.name);
  if (state.status === "none") return null;

  const open = async (): Promise<void> => {
    if (state.status !== "read" || !(await mayLose())) return;
    const { imported, name } = state;
    const document = documentFor(imported);
    endImport();
    begin(document, { name: `${stemOf(name)}.receptive` });
    if (imported.weights) keepImported(imported.design, document.recipe, imported.weights, name);
  };
  const take = (use: typeof addImported): void => {
    if (state.status !== "read") return;
    use(state.imported, state.name);
    endImport();
  };

  return (
    <ImportDialog
      state={state}
      present={screen === "workbench" ? design.name : undefined}
      replaces={run?.weights ? (run.importedFrom === undefined ? "trained" : "imported") : undefined}
      busy={isActive(run) ? `${design.name} is in training. Stop the run first.` : undefined}
      onOpen={() => void open()}
      onAdd={() => take(addImported)}
      onTake={() => take(takeWeights)}
      onClose={endImport}
    />
  );
}

const stemOf = (name: string): string => name.replace(/\.[a-z0-9]+$/i, "") || "Imported";
