import { CircleAlert } from "lucide-react";
import type { ImportState } from "../../state/imports.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { ImportReport } from "./ImportReport.tsx";
import "./import.css";

interface ImportDialogProps {
  readonly state: Exclude<ImportState, { status: "none" }>;
  /** The design on the canvas; undefined where no document is open. */
  readonly present: string | undefined;
  /** Which weights of the design on the canvas would go. */
  readonly replaces: "trained" | "imported" | undefined;
  /** Why the design on the canvas cannot take weights now. */
  readonly busy: string | undefined;
  readonly onOpen: () => void;
  readonly onAdd: () => void;
  readonly onTake: () => void;
  readonly onClose: () => void;
}

/** What became of a model that was opened, layer by layer, before anything is done with it. */
export function ImportDialog(props: ImportDialogProps) {
  const { state, present, replaces, onClose } = props;
  return (
    <Dialog title={`Import ${state.name}`} onClose={onClose} actions={<Actions {...props} />}>
      <div className="import">
        {state.status === "reading" && (
          <p className="import-reading" role="status">
            <progress aria-label="Import" />
            Reading the model.
          </p>
        )}
        {state.status === "refused" && (
          <p className="import-refused" role="alert">
            <CircleAlert aria-hidden="true" />
            {state.message}
          </p>
        )}
        {state.status === "read" && (
          <ImportReport {...state} onto={state.weightsAlone ? present : undefined} replaces={replaces} />
        )}
      </div>
    </Dialog>
  );
}

function Actions({ state, present, busy, onOpen, onAdd, onTake, onClose }: ImportDialogProps) {
  if (state.status !== "read")
    return <Button onClick={onClose}>{state.status === "reading" ? "Stop" : "Close"}</Button>;
  const cancel = <Button onClick={onClose}>Cancel</Button>;
  if (state.weightsAlone)
    return (
      <>
        {cancel}
        <Button look="primary" blocked={busy} onClick={onTake}>
          Use these weights
        </Button>
      </>
    );
  return (
    <>
      {cancel}
      {present !== undefined && <Button onClick={onAdd}>Add as a tab</Button>}
      <Button look="primary" onClick={onOpen}>
        Open as a document
      </Button>
    </>
  );
}
