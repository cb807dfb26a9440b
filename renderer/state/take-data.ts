import { choiceOf } from "../../shared/protocol/desktop.ts";
import type { NamedBytes } from "../../shared/protocol/training.ts";
import { loadData } from "./orders.ts";
import { editDocument } from "./workspace.ts";

/** The document trains on these files from now on. */
export function takeData(name: string, files: readonly NamedBytes[]): void {
  const data = choiceOf(name, files);
  editDocument((document) => ({ ...document, data }));
  loadData(data, files);
}
