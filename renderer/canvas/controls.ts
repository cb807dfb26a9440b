import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import type { Point, Wire } from "../../shared/graph/graph.ts";

/** What the rest of the window can ask of the canvas; the canvas fills it in while it is there. */
export interface CanvasView {
  readonly zoomIn: () => void;
  readonly zoomOut: () => void;
  readonly zoomToActualSize: () => void;
  /** The whole drawing. */
  readonly fit: () => void;
  /** The drawing from its beginning, large enough to be read. */
  readonly begin: () => void;
  /** The middle of what is visible, as a point of the window. */
  readonly middle: () => ScreenPoint;
  /** The canvas point under a point of the window. */
  readonly under: (screen: ScreenPoint) => Point;
  /** Gives the keyboard to a card, or to the canvas. */
  readonly focus: (id?: string) => void;
  /** Moves the view where a card is out of sight. */
  readonly reveal: (id: string) => void;
}

export interface ScreenPoint {
  readonly x: number;
  readonly y: number;
}

/** Where a layer chosen in quick add goes: on a wire, behind a node, or loose at the place of the list. */
export type QuickAddTarget = { readonly wire: Wire } | { readonly from: string } | { readonly loose: true };

interface Controls {
  readonly view: CanvasView | undefined;
  readonly quickAdd: { readonly at: ScreenPoint; readonly target: QuickAddTarget } | undefined;
}

export const controls = createStore<Controls>(() => ({ view: undefined, quickAdd: undefined }));
export const useControls = <T>(select: (state: Controls) => T): T => useStore(controls, select);
export const canvasView = (): CanvasView | undefined => controls.getState().view;

export const openQuickAdd = (at: ScreenPoint, target: QuickAddTarget): void =>
  controls.setState({ quickAdd: { at, target } });
export const closeQuickAdd = (): void => controls.setState({ quickAdd: undefined });
