import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import type { Problem, Repair } from "../../shared/compile/plan.ts";
import { type Clip, copyNodes, duplicateNodes, pasteNodes } from "../../shared/graph/clip.ts";
import type { Document } from "../../shared/graph/document.ts";
import { disconnect, removeNodes } from "../../shared/graph/edits.ts";
import { type Design, type Point, sameWire, type Wire } from "../../shared/graph/graph.ts";
import {
  closeEntry,
  type History,
  historyOf,
  isDirty,
  markSaved,
  record,
  redo,
  undo,
} from "../../shared/graph/history.ts";
import { defaultRecipe } from "../../shared/train/recipe.ts";

/** The file the document came from or went to; without a token it was never saved. */
export interface OpenFile {
  readonly name: string;
  readonly token?: string;
}

/** What the user works on. Plans, shapes and counts are not here: `plans.ts` computes them. */
export interface Workspace {
  readonly history: History<Document>;
  readonly file: OpenFile;
  /** Index of the design on the canvas; may be past the end for a moment after an undo, so read `activeDesign`. */
  readonly active: number;
  /** Ids of selected nodes; may name nodes that are gone, so read `selectedNodes`. */
  readonly selection: ReadonlySet<string>;
  readonly selectedWire: Wire | undefined;
  readonly clip: Clip | undefined;
}

export const untitled: OpenFile = { name: "Untitled.receptive" };

const blank: Document = {
  designs: [{ name: "Design 1", nodes: [], wires: [] }],
  data: { source: "digits" },
  recipe: defaultRecipe,
};

const opened = (document: Document, file: OpenFile): Omit<Workspace, "clip"> => ({
  history: historyOf(document),
  file,
  active: 0,
  selection: new Set(),
  selectedWire: undefined,
});

export const workspace = createStore<Workspace>(() => ({ ...opened(blank, untitled), clip: undefined }));
export const useWorkspace = <T>(select: (state: Workspace) => T): T => useStore(workspace, select);

// Reading. Hooks give the same object until it changes, so that components can compare by identity.

export const documentOf = ({ history }: Workspace): Document => history.present;
export const activeIndex = ({ history, active }: Workspace): number =>
  Math.min(active, history.present.designs.length - 1);
export function activeDesign(state: Workspace): Design {
  const design = state.history.present.designs[activeIndex(state)];
  // A document has at least one design: reading and editing see to it.
  if (!design) throw new Error("The document has no design.");
  return design;
}
export const selectedNodes = (state: Workspace): readonly string[] =>
  activeDesign(state).nodes.flatMap(({ id }) => (state.selection.has(id) ? [id] : []));
/** The one selected node: its settings, maps and kernels are shown in full. */
export const focusedNode = (state: Workspace): string | undefined => {
  const selected = selectedNodes(state);
  return selected.length === 1 ? selected[0] : undefined;
};

export const useDocument = (): Document => useWorkspace(documentOf);
export const useDesign = (): Design => useWorkspace(activeDesign);
export const useFocus = (): string | undefined => useWorkspace(focusedNode);
export const useIsDirty = (): boolean => useWorkspace(({ history }) => isDirty(history));

// Editing. Every change of the document goes through one of the next two and becomes one entry of the history.

/** Changes the document; edits in a row with the same `intention` are undone together. */
export const editDocument = (change: (document: Document) => Document, intention?: string): void =>
  workspace.setState(({ history }) => ({ history: record(history, change(history.present), intention) }));

/** Changes the design on the canvas. */
export function editDesign(change: (design: Design) => Design, intention?: string): void {
  const index = activeIndex(workspace.getState());
  editDocument((document) => {
    const design = document.designs[index];
    const changed = design && change(design);
    return changed === undefined || changed === design
      ? document
      : { ...document, designs: document.designs.with(index, changed) };
  }, intention);
}

/** What follows is another intention, even where it edits the same field. */
export const endIntention = (): void =>
  workspace.setState(({ history }) => ({ history: closeEntry(history) }));

export const undoEdit = (): void => workspace.setState((state) => travelled(state, undo(state.history)));
export const redoEdit = (): void => workspace.setState((state) => travelled(state, redo(state.history)));

// Undo shows the design that it changes.
function travelled(state: Workspace, history: History<Document>): Partial<Workspace> {
  const before = state.history.present.designs;
  const changed = history.present.designs.findIndex((it, index) => it !== before[index]);
  return { history, active: changed === -1 ? activeIndex(state) : changed };
}

export const applyRepair = (repair: Repair): void =>
  editDesign((design) => ({ ...design, ...repair.apply(design) }));

export const removeWire = (wire: Wire): void => {
  editDesign((design) => disconnect(design, wire));
  workspace.setState({ selectedWire: undefined });
};

/** Removes the selected wire, or the selected nodes; their wires heal. */
export function removeSelected(): void {
  const state = workspace.getState();
  if (state.selectedWire) removeWire(state.selectedWire);
  else editDesign((design) => removeNodes(design, selectedNodes(state)));
  // A repair or an undo may bring the same names back; they were not chosen then.
  selectNodes([]);
}

// Selecting.

export const selectNodes = (ids: Iterable<string>): void =>
  workspace.setState({ selection: new Set(ids), selectedWire: undefined });
export const selectWire = (wire: Wire | undefined): void =>
  workspace.setState((state) =>
    state.selectedWire === wire || (wire && state.selectedWire && sameWire(wire, state.selectedWire))
      ? {}
      : { selectedWire: wire, selection: wire ? new Set() : state.selection },
  );
export const selectAll = (): void => selectNodes(activeDesign(workspace.getState()).nodes.map((it) => it.id));
/** Shows where a problem is. */
export const selectProblem = ({ node, wires }: Problem): void =>
  node === undefined ? selectWire(wires[0]) : selectNodes([node]);

// Copying.

export const copySelected = (): void =>
  workspace.setState((state) => {
    const clip = copyNodes(activeDesign(state), selectedNodes(state));
    return clip.nodes.length ? { clip } : {};
  });

export function cutSelected(): void {
  copySelected();
  removeSelected();
}

export function paste(at: Point): void {
  const { clip } = workspace.getState();
  if (clip) addCopies((design) => pasteNodes(design, clip, at));
}

export const duplicateSelected = (): void => {
  const ids = selectedNodes(workspace.getState());
  addCopies((design) => duplicateNodes(design, ids));
};

function addCopies(
  copy: (design: Design) => { readonly graph: Design; readonly ids: readonly string[] },
): void {
  const copies = copy(activeDesign(workspace.getState()));
  if (copies.ids.length === 0) return;
  editDesign(() => copies.graph);
  selectNodes(copies.ids);
}

// Documents.

export const openDocument = (document: Document, file: OpenFile): void =>
  workspace.setState(opened(document, file));

/** Notes what a file now holds; people may have gone on while it was written. */
export const documentSaved = (written: Document, file: OpenFile): void =>
  workspace.setState(({ history }) => ({ history: markSaved(history, written), file }));

export const showDesign = (index: number): void =>
  workspace.setState({ active: index, selection: new Set(), selectedWire: undefined });
