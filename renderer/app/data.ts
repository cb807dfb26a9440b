import type { DataChoice } from "../../shared/train/dataset.ts";
import { loadData } from "../state/orders.ts";
import { session } from "../state/session.ts";
import { theHost } from "./host.ts";

/** Loads what a document names; files only where this computer has opened them before. */
export async function loadChosenData(choice: DataChoice): Promise<void> {
  const { data } = session.getState();
  const isHere = (name: string): boolean =>
    (data.status === "loading" && data.name === name) ||
    (data.status === "ready" && data.dataset.name === name);
  if (choice.source !== "folder" && choice.source !== "table") {
    if (!isHere(choice.source)) loadData(choice);
    return;
  }
  // The Data tab has just opened it.
  if (isHere(choice.name)) return;
  session.setState({ data: { status: "loading", name: choice.name }, maps: {} });
  const folder = await theHost().recallData(choice.name);
  if (folder.type === "opened") return loadData(choice, folder.files);
  const message =
    folder.type === "failed"
      ? folder.message
      : `This design trains on the ${choice.source} “${choice.name}”, which is not known on this computer. Open it in the Data tab, or choose other data.`;
  session.setState({ data: { status: "refused", message } });
}
