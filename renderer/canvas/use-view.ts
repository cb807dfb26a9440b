import { type Transform, useNodesInitialized, useReactFlow, useStoreApi } from "@xyflow/react";
import { type FocusEvent, type MouseEvent, useEffect, useLayoutEffect, useMemo, useRef } from "react";
import type { Plan } from "../../shared/compile/plan.ts";
import { card, grid } from "../../shared/graph/card.ts";
import type { Design } from "../../shared/graph/graph.ts";
import { selectNodes } from "../state/workspace.ts";
import { type CanvasView, controls, openQuickAdd } from "./controls.ts";
import { type CardNode, calloutWidth } from "./flow.ts";

/** Below this the words on the cards cannot be read: a long network is shown from its beginning instead. */
const readable = 0.85;
/** Below this zoom, many cards say only what can be read: a canvas in each of hundreds is slow to draw. */
const far = 0.45;
const many = 60;
const margin = 32;
const moveMs = 150;
/** The wheel of a mouse turns in steps: a pan lasts until none has come for so long. */
const restMs = 300;

/** Keeps what is visible: fits a design when it is first shown, and lets the rest of the window move the view. */
export function useView(design: Design, plan: Plan, nodes: readonly CardNode[]) {
  const flow = useReactFlow();
  const box = useRef<HTMLDivElement>(null);
  const dots = useRef<HTMLDivElement>(null);
  const now = useRef({ nodes, plan });
  now.current = { nodes, plan };

  const view = useMemo((): CanvasView => {
    const duration = matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : moveMs;
    const size = () => box.current?.getBoundingClientRect() ?? new DOMRect(0, 0, 800, 600);
    const show = (smallest: number, fromTop: boolean) => {
      const { width, height } = size();
      const bounds = boundsOf(now.current.nodes);
      if (!bounds) return;
      const free = width - 2 * margin - (now.current.plan.problems.length ? calloutWidth : 0);
      const whole = Math.min(free / bounds.width, (height - 2 * margin) / bounds.height);
      const zoom = Math.min(1, Math.max(smallest, whole));
      const centred = (width - bounds.width * zoom) / 2;
      const x = Math.max(margin, Math.min(centred, margin + free - bounds.width * zoom)) - bounds.x * zoom;
      const isHigh = fromTop || bounds.height * zoom > height - 2 * margin;
      const y = (isHigh ? margin : (height - bounds.height * zoom) / 2) - bounds.y * zoom;
      void flow.setViewport({ x, y, zoom }, { duration: fromTop ? 0 : duration });
    };
    return {
      zoomIn: () => void flow.zoomIn({ duration }),
      zoomOut: () => void flow.zoomOut({ duration }),
      zoomToActualSize: () => void flow.zoomTo(1, { duration }),
      fit: () => show(0.1, false),
      begin: () => show(readable, true),
      under: (screen) => {
        const { x, y } = flow.screenToFlowPosition(screen, { snapToGrid: false });
        return [x, y];
      },
      middle: () => {
        const { x, y, width, height } = size();
        return { x: x + width / 2, y: y + height / 2 };
      },
      focus: (id) => {
        const cards = () => [...(box.current?.querySelectorAll<HTMLElement>(".react-flow__node") ?? [])];
        giveFocus(() => (id === undefined ? box.current : cards().find((it) => it.dataset.id === id)));
      },
      reveal: (id) => {
        const node = now.current.nodes.find((it) => it.id === id);
        if (!node) return;
        const { width, height } = size();
        const { x, y, zoom } = flow.getViewport();
        const cardHeight = node.measured?.height ?? card.height;
        const right = shift(node.position.x * zoom + x, card.width * zoom, width);
        const down = shift(node.position.y * zoom + y, cardHeight * zoom, height);
        if (right !== 0 || down !== 0)
          void flow.setViewport({ x: x + right, y: y + down, zoom }, { duration });
      },
    };
  }, [flow]);

  useEffect(() => {
    controls.setState({ view });
    return () => controls.setState({ view: undefined, quickAdd: undefined });
  }, [view]);

  const store = useStoreApi();
  // Not by a state: the drawing itself does not change while it is moved or zoomed.
  useLayoutEffect(() => {
    const canvas = box.current;
    if (!canvas) return;
    let shown: Transform | undefined;
    let resting: ReturnType<typeof setTimeout> | undefined;
    // A layer of its own is only moved, not drawn again; but it would keep its pixels when zoomed, and blur.
    const layer = (moves: boolean) => {
      clearTimeout(resting);
      canvas.toggleAttribute("data-moving", moves);
      if (moves) resting = setTimeout(() => layer(false), restMs);
    };
    const tell = ({ transform, nodes }: { transform: Transform; nodes: readonly unknown[] }) => {
      const [x, y, zoom] = transform;
      canvas.toggleAttribute("data-far", zoom < far && nodes.length > many);
      if (shown && x === shown[0] && y === shown[1] && zoom === shown[2]) return;
      layer(zoom === shown?.[2]);
      if (zoom !== shown?.[2]) canvas.style.setProperty("--zoom", String(zoom));
      if (dots.current)
        dots.current.style.transform = `translate(${x % (grid * zoom)}px, ${y % (grid * zoom)}px)`;
      shown = transform;
    };
    tell(store.getState());
    const leave = store.subscribe(tell);
    return () => {
      leave();
      clearTimeout(resting);
    };
  }, [store]);

  // What stands in the middle stays there when the window or a panel changes the canvas's width.
  useEffect(() => {
    const canvas = box.current;
    if (!canvas) return;
    let before = canvas.clientWidth;
    const observer = new ResizeObserver(() => {
      const width = canvas.clientWidth;
      const { x, y, zoom } = flow.getViewport();
      if (before > 0 && width > 0) void flow.setViewport({ x: x + (width - before) / 2, y, zoom });
      before = width;
    });
    observer.observe(canvas);
    return () => observer.disconnect();
  }, [flow]);

  const measured = useNodesInitialized();
  const shown = useRef<string>(undefined);
  useEffect(() => {
    if (!measured || shown.current === design.name) return;
    shown.current = design.name;
    view.begin();
  }, [measured, design.name, view]);

  const viewing = {
    ref: box,
    tabIndex: -1,
    onDoubleClick: ({ target, clientX: x, clientY: y }: MouseEvent) => {
      if (target instanceof Element && target.classList.contains("react-flow__pane"))
        openQuickAdd({ x, y }, { loose: true });
    },
    // Tab walks the network: the card under the focus is the one that the inspector shows.
    onFocusCapture: ({ target }: FocusEvent) => {
      const id = target.classList.contains("react-flow__node") && target.getAttribute("data-id");
      if (!id || !target.matches(":focus-visible")) return;
      selectNodes([id]);
      view.reveal(id);
    },
  };
  return { viewing, dots };
}

/**
 * A new card cannot take the focus until the library has measured it, some frames after it came. Whoever has gone on
 * to something else by then keeps it.
 */
function giveFocus(find: () => HTMLElement | null | undefined): void {
  const before = document.activeElement;
  const tryAgain = (framesLeft: number): void => {
    requestAnimationFrame(() => {
      const focused = document.activeElement;
      const wanted = find();
      if (focused !== before && focused !== document.body && focused !== wanted) return;
      wanted?.focus({ preventScroll: true });
      if (framesLeft > 0 && (!wanted || document.activeElement !== wanted)) tryAgain(framesLeft - 1);
    });
  };
  tryAgain(30);
}

/** How far to move what stands at `start` so that it lies within `room`, with a margin; as little as possible. */
function shift(start: number, length: number, room: number): number {
  if (start < margin) return margin - start;
  return Math.min(0, Math.max(room - margin - (start + length), margin - start));
}

/** All cards. */
function boundsOf(nodes: readonly CardNode[]) {
  if (nodes.length === 0) return undefined;
  const lefts = nodes.map((it) => it.position.x);
  const tops = nodes.map((it) => it.position.y);
  const rights = nodes.map((it) => it.position.x + card.width);
  const bottoms = nodes.map((it) => it.position.y + (it.measured?.height ?? card.height));
  const [x, y] = [Math.min(...lefts), Math.min(...tops)];
  return { x, y, width: Math.max(...rights) - x, height: Math.max(...bottoms) - y };
}
