import type { Document } from "../../shared/graph/document.ts";
import { isDirty } from "../../shared/graph/history.ts";
import { readDocument } from "../../shared/graph/read-document.ts";
import { templates } from "../../shared/graph/templates.ts";
import { writeDocument } from "../../shared/graph/write-document.ts";
import { droppedOn } from "../host/dropped-data.ts";
import type { Failed, ModelFiles, Opened, OpenedData, Saved } from "../host/host.ts";
import { readModel } from "../host/model-files.ts";
import { complain, say } from "../state/notices.ts";
import { forgetRuns } from "../state/orders.ts";
import { prefer } from "../state/preferences.ts";
import { activeRun, session } from "../state/session.ts";
import { takeData } from "../state/take-data.ts";
import {
  documentOf,
  documentSaved,
  type OpenFile,
  openDocument,
  untitled,
  workspace,
} from "../state/workspace.ts";
import { theHost } from "./host.ts";
import { importModelFiles } from "./imports.ts";
import { showDock, showWorkbench, windows } from "./windows.ts";

/** Whether the present work may be given up: it is saved, or the user says so. */
export async function mayLose(): Promise<boolean> {
  const { history, file } = workspace.getState();
  if (!isDirty(history)) return true;
  const answer = await theHost().askBeforeLosing(file.name);
  return answer === "discard" || (answer === "save" && (await saveFile()));
}

/** A template as a new document: it has a name, but no file yet. */
export async function openTemplate(file: string): Promise<void> {
  const template = templates.find((it) => it.file === file);
  if (template && (await mayLose()))
    begin(template.document, file === "blank" ? untitled : { name: `${file}.receptive` });
}

export const newFile = (): Promise<void> => openTemplate("blank");

export const openFile = (): Promise<void> => open(() => theHost().openDocument());
export const openRecentFile = (token: string): Promise<void> => open(() => theHost().openRecent(token));

/** A document, a model, or data: a table, or a folder of images. */
export async function openDropped(transfer: DataTransfer): Promise<void> {
  const dropped = droppedOn(transfer);
  if (dropped === undefined) return;
  if (dropped.type === "document") return open(() => theHost().openDropped(dropped.file));
  if (dropped.type === "refused") return refuse(dropped.message);
  if (dropped.type === "model") {
    const [first] = dropped.files;
    return importOpened(await readModel(first?.name ?? "", dropped.files));
  }
  // What the folder is, only its files tell; that a run goes on matters for data alone.
  const read = await theHost().openDroppedData(dropped.item);
  if (read.type === "model") return importOpened(read);
  return openData(read);
}

async function openData(opened: OpenedData): Promise<void> {
  if (activeRun(session.getState())) return refuse("A run uses the present data. Stop it to open others.");
  if (opened.type === "failed") return refuse(opened.message);
  if (opened.type === "cancelled") return;
  // Data alone are no design yet.
  if (windows.getState().screen === "gallery") await newFile();
  if (windows.getState().screen === "gallery") return;
  showDock("data");
  prefer({ dock: true });
  takeData(opened.name, opened.files);
}

const importOpened = (opened: ModelFiles | Failed): Promise<void> | void =>
  opened.type === "failed" ? refuse(opened.message) : importModelFiles(opened);

// A file that cannot be opened must not cost an answer about the present work.
async function open(ask: () => Promise<Opened>): Promise<void> {
  const opened = await ask();
  if (opened.type === "cancelled") return;
  if (opened.type === "failed") return refuse(opened.message);
  if (opened.type === "model") return importOpened(opened);
  const document = readDocument(opened.text);
  if ("refused" in document) {
    // Its being read has put it there, and a second try would fare no better.
    await theHost().forgetRecent(opened.file.token);
    return refuse(`${opened.file.name} cannot be opened. ${document.refused}`);
  }
  if (await mayLose()) begin(document, opened.file);
}

/** Shows a document in place of the present one, which the user has given up. */
export function begin(document: Document, file: OpenFile): void {
  forgetRuns();
  openDocument(document, file);
  showWorkbench();
}

function refuse(message: string): void {
  if (windows.getState().screen === "gallery") windows.setState({ trouble: message });
  else complain(message);
}

/** True when the file now holds the document. */
export const saveFile = (): Promise<boolean> => save((request) => theHost().saveDocument(request));
export const saveFileAs = (): Promise<boolean> => save((request) => theHost().saveDocumentAs(request));

async function save(
  write: (request: {
    readonly token?: string | undefined;
    readonly suggestedName: string;
    readonly text: string;
  }) => Promise<Saved>,
): Promise<boolean> {
  const state = workspace.getState();
  const document = documentOf(state);
  const saved = await write({
    token: state.file.token,
    suggestedName: state.file.name,
    text: writeDocument(document),
  });
  if (saved.type === "cancelled") return false;
  if (saved.type === "failed") {
    complain(saved.message);
    return false;
  }
  documentSaved(document, saved.file);
  say(`Saved ${saved.file.name}.`, { tone: "good" });
  return true;
}
