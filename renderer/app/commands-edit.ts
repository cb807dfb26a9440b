import { grid } from "../../shared/graph/card.ts";
import { moveNodes } from "../../shared/graph/edits.ts";
import { canRedo, canUndo } from "../../shared/graph/history.ts";
import { askForLayer } from "../canvas/add-chosen.ts";
import { inColumn, inRow } from "../canvas/align.ts";
import { tidy } from "../canvas/CanvasBar.tsx";
import {
  activeDesign,
  duplicateSelected,
  editDesign,
  redoEdit,
  removeSelected,
  selectAll,
  selectedNodes,
  selectNodes,
  undoEdit,
  workspace,
} from "../state/workspace.ts";
import { copyToClipboard, cutToClipboard, pasteCopied } from "./clipboard.ts";
import type { AppCommand } from "./commands.ts";
import { pointer } from "./pointer.ts";

export function editCommands(): readonly AppCommand[] {
  const state = workspace.getState();
  const { history, clip, selectedWire } = state;
  const selected = selectedNodes(state);
  const isEmpty = activeDesign(state).nodes.length === 0;
  const none = selected.length === 0 ? "Nothing is selected." : undefined;
  const section = "Edit";
  return [
    {
      id: "undo",
      title: "Undo",
      section,
      keys: ["Mod+Z"],
      blocked: canUndo(history) ? undefined : "There is nothing to undo.",
      run: undoEdit,
    },
    {
      id: "redo",
      title: "Redo",
      section,
      keys: ["Mod+Shift+Z", "Mod+Y"],
      blocked: canRedo(history) ? undefined : "There is nothing to redo.",
      run: redoEdit,
    },
    // Their keys reach the window as clipboard events.
    { id: "cut", title: "Cut", section, blocked: none, run: cutToClipboard },
    { id: "copy", title: "Copy", section, blocked: none, run: copyToClipboard },
    {
      id: "paste",
      title: "Paste",
      section,
      blocked: clip ? undefined : "Nothing has been copied.",
      run: pasteCopied,
    },
    { id: "duplicate", title: "Duplicate", section, keys: ["Mod+D"], blocked: none, run: duplicateSelected },
    {
      id: "delete",
      title: "Delete",
      section,
      keys: ["Delete", "Backspace"],
      blocked: selectedWire ? undefined : none,
      run: removeSelected,
    },
    { id: "selectAll", title: "Select all", section, keys: ["Mod+A"], run: selectAll },
    {
      id: "selectNone",
      title: "Select nothing",
      section,
      keys: ["Escape"],
      run: () => selectNodes([]),
    },
    { id: "quickAdd", title: "Add a layer…", section, keys: ["A"], run: () => askForLayer(pointer()) },
    {
      id: "tidy",
      title: "Tidy",
      section,
      keys: ["Mod+Shift+L"],
      blocked: isEmpty ? "The design is empty." : undefined,
      run: tidy,
    },
    {
      id: "column",
      title: "Align in a column",
      section,
      blocked: severalMissing(selected),
      run: () => editDesign((design) => inColumn(design, selected)),
    },
    {
      id: "row",
      title: "Align in a row",
      section,
      blocked: severalMissing(selected),
      run: () => editDesign((design) => inRow(design, selected)),
    },
    ...nudges(selected, none),
  ];
}

const severalMissing = (selected: readonly string[]): string | undefined =>
  selected.length < 2 ? "Select two or more layers." : undefined;

const directions = [
  ["Left", -1, 0],
  ["Right", 1, 0],
  ["Up", 0, -1],
  ["Down", 0, 1],
] as const;

/** The arrows move the selected cards by half a grid cell, with Shift by two. */
const nudges = (selected: readonly string[], blocked: string | undefined): readonly AppCommand[] =>
  directions.map(([name, dx, dy]) => ({
    id: `move${name}`,
    title: `Move ${name.toLowerCase()}`,
    section: "Edit",
    keys: [`Arrow${name}`],
    onCanvas: true,
    onlyKeys: true,
    blocked,
    run: () =>
      editDesign(
        (design) => moveNodes(design, selected, [(dx * grid) / 2, (dy * grid) / 2]),
        `move ${selected}`,
      ),
  }));
