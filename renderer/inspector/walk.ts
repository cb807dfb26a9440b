import type { KeyboardEvent } from "react";
import { canvasView } from "../canvas/controls.ts";
import { prefer } from "../state/preferences.ts";

// Tab walks from card to card, and each becomes the selected one: only this way leads from a card to its own settings.

/** Enter on a card goes to its first setting. */
export function enterSettings(event: KeyboardEvent): void {
  const { key, target } = event;
  if (key !== "Enter" || !(target instanceof Element) || !target.classList.contains("react-flow__node"))
    return;
  event.preventDefault();
  prefer({ inspector: true });
  requestAnimationFrame(() =>
    document.querySelector<HTMLElement>(".inspector-form :is(input, select)")?.focus(),
  );
}

/** Escape in the settings goes back to the card; in a field with a number half typed it first takes that back. */
export function leaveSettings(event: KeyboardEvent, id: string | undefined): void {
  if (event.key !== "Escape" || event.defaultPrevented || id === undefined) return;
  event.preventDefault();
  canvasView()?.focus(id);
}
