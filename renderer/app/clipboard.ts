import { readClip } from "../../shared/graph/read-document.ts";
import { writeClip } from "../../shared/graph/write-document.ts";
import { canvasView } from "../canvas/controls.ts";
import { cornerUnder } from "../canvas/place.ts";
import { complain } from "../state/notices.ts";
import {
  copySelected,
  cutSelected,
  paste,
  removeSelected,
  selectedNodes,
  workspace,
} from "../state/workspace.ts";

/** Copies the selection; the text lets another window take it. */
export function copyToClipboard(): void {
  copySelected();
  const { clip } = workspace.getState();
  // Refused where the page has no right to it: the window's own copy still works.
  if (clip) navigator.clipboard?.writeText(writeClip(clip)).catch(() => {});
}

export function cutToClipboard(): void {
  copyToClipboard();
  removeSelected();
}

/** Pastes into the middle of what is visible, a little further with each copy on the same place. */
export function pasteCopied(): void {
  const middle = canvasView()?.middle();
  if (middle) paste(cornerUnder(middle));
}

/** The window's clipboard events, which the menu and the system's keys raise as well. */
export function listenToClipboard(): () => void {
  const isOurs = (event: ClipboardEvent): boolean =>
    !isTyping(event.target) && document.querySelector("dialog[open]") === null;
  const onCopy = (event: ClipboardEvent) => {
    if (!isOurs(event) || hasSelectedText() || selectedNodes(workspace.getState()).length === 0) return;
    if (event.type === "cut") cutSelected();
    else copySelected();
    const { clip } = workspace.getState();
    if (clip) event.clipboardData?.setData("text/plain", writeClip(clip));
    event.preventDefault();
  };
  const onPaste = (event: ClipboardEvent) => {
    if (!isOurs(event)) return;
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!text.includes("receptiveClip")) return;
    event.preventDefault();
    const clip = readClip(text);
    if ("refused" in clip) return complain(clip.refused);
    workspace.setState({ clip });
    pasteCopied();
  };
  document.addEventListener("copy", onCopy);
  document.addEventListener("cut", onCopy);
  document.addEventListener("paste", onPaste);
  return () => {
    document.removeEventListener("copy", onCopy);
    document.removeEventListener("cut", onCopy);
    document.removeEventListener("paste", onPaste);
  };
}

/** Letters go into the field that has the focus, not to the canvas. */
export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || target.matches("input:not([type=checkbox]), textarea, select"));

const hasSelectedText = (): boolean => (document.getSelection()?.toString() ?? "") !== "";
