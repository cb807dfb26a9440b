import { addDesign } from "../../shared/graph/edit-document.ts";
import { asDocument } from "../../shared/import/as-document.ts";
import type { Imported } from "../../shared/import/imported.ts";
import { kindOfFile } from "../../shared/import/recognise.ts";
import type { ModelFiles } from "../host/host.ts";
import { theExchange } from "../state/exchanges.ts";
import { imports } from "../state/imports.ts";
import { complain, say } from "../state/notices.ts";
import { keepImported } from "../state/orders.ts";
import { activeDesign, documentOf, editDocument, showDesign, workspace } from "../state/workspace.ts";
import { closeDialog, openDialog, windows } from "./windows.ts";

/** Reads a model in the exchange worker and shows what became of it. The present document stays as it is. */
export async function importModelFiles({ name, files }: ModelFiles): Promise<void> {
  const weightsAlone = files.length === 1 && files.every((it) => kindOfFile(it.bytes) === "safetensors");
  const onto =
    weightsAlone && windows.getState().screen === "workbench"
      ? activeDesign(workspace.getState())
      : undefined;
  imports.setState({ status: "reading", name }, true);
  openDialog("import");
  const answer = await theExchange().read(files, onto);
  if (answer === undefined) return endImport();
  if ("refused" in answer) imports.setState({ status: "refused", name, message: answer.refused }, true);
  else imports.setState({ status: "read", name, imported: answer, weightsAlone }, true);
}

/** Closes the dialog; a model that is still being read is given up. */
export function endImport(): void {
  const { status } = imports.getState();
  imports.setState({ status: "none" }, true);
  if (windows.getState().dialog === "import") closeDialog();
  if (status === "reading") theExchange().cancel();
}

/** The imported design as a new document; the caller has asked whether the present one may go. */
export const documentFor = ({ design }: Imported): ReturnType<typeof asDocument> => asDocument(design);

/** The imported design as another tab of the present document. */
export function addImported({ design, weights }: Imported, from: string): void {
  const { document, name } = addDesign(documentOf(workspace.getState()), design);
  if (document === documentOf(workspace.getState())) {
    complain("The document holds as many designs as it can. Open the model as a document of its own.");
    return;
  }
  editDocument(() => document);
  showDesign(document.designs.findIndex((it) => it.name === name));
  if (weights) keepImported({ ...design, name }, document.recipe, weights, from);
}

/** Imported weights for the design on the canvas. */
export function takeWeights({ weights }: Imported, from: string): void {
  const state = workspace.getState();
  const design = activeDesign(state);
  if (!weights) return;
  keepImported(design, documentOf(state).recipe, weights, from);
  say(`${design.name} has the weights of ${from}.`, { tone: "good" });
}
