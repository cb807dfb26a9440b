import type { ScreenPoint } from "../canvas/controls.ts";

const last: { at: ScreenPoint | undefined } = { at: undefined };

/** Where the pointer is, while it is over the canvas. */
export const pointer = (): ScreenPoint | undefined => last.at;

export function followPointer(): () => void {
  const move = ({ target, clientX: x, clientY: y }: PointerEvent) => {
    last.at = target instanceof Element && target.closest(".canvas") ? { x, y } : undefined;
  };
  window.addEventListener("pointermove", move, { passive: true });
  return () => window.removeEventListener("pointermove", move);
}
