import { isMac, partsOf } from "../ui/Keys.tsx";
import { isTyping } from "./clipboard.ts";
import { type AppCommand, allCommands } from "./commands.ts";
import { windows } from "./windows.ts";

/**
 * Carries out shortcuts. Those with Ctrl or ⌘ come before the element that has the focus, or a menu button would take
 * Ctrl+Enter for Enter; single keys come after it. What is handled here does not come again from the menu.
 */
export function listenToKeys(): () => void {
  const early = (event: KeyboardEvent) => {
    if ((event.ctrlKey || event.metaKey) && carriedOut(event)) event.stopPropagation();
  };
  const late = (event: KeyboardEvent) => void carriedOut(event);
  window.addEventListener("keydown", early, true);
  window.addEventListener("keydown", late);
  return () => {
    window.removeEventListener("keydown", early, true);
    window.removeEventListener("keydown", late);
  };
}

function carriedOut(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.isComposing) return false;
  const isModal = document.querySelector("dialog[open], .menu, .quick-add") !== null;
  if (isModal) return false;
  const command = allCommands().find(
    (it) => it.keys?.some((keys) => isPressed(keys, event)) && isOpen(it, event),
  );
  if (!command) return false;
  // Also a blocked command keeps its key from the browser: Ctrl+S must never save the page.
  event.preventDefault();
  if (command.blocked === undefined) command.run();
  return true;
}

function isOpen({ whileTyping, onCanvas, inGallery }: AppCommand, { target }: KeyboardEvent): boolean {
  if (!whileTyping && isTyping(target)) return false;
  if (!inGallery && windows.getState().screen === "gallery") return false;
  if (!onCanvas) return true;
  return target === document.body || (target instanceof Element && target.closest(".canvas") !== null);
}

/** Whether an event is a shortcut such as `Mod+Shift+Z`; Mod is ⌘ on macOS and Ctrl elsewhere. */
export function isPressed(keys: string, event: KeyPress): boolean {
  const parts = partsOf(keys);
  const key = parts.at(-1) ?? "";
  const wants = (modifier: string): boolean => parts.slice(0, -1).includes(modifier);
  const mod = isMac ? event.metaKey : event.ctrlKey;
  const other = isMac ? event.ctrlKey : event.metaKey;
  if (mod !== wants("Mod") || other || event.altKey !== wants("Alt")) return false;
  // Signs such as ? and + need Shift on some keyboards and not on others.
  const isSign = key.length === 1 && !/[a-z0-9]/i.test(key);
  if (!isSign && event.shiftKey !== wants("Shift")) return false;
  // By position where the layout has no Latin letters, and where Alt makes another sign.
  const byPlace = /^Key([A-Z])$|^Digit(\d)$/.exec(event.code);
  const place = byPlace?.[1] ?? byPlace?.[2];
  const typed = /^[\x20-\x7e]$/.test(event.key) && !event.altKey ? event.key : (place ?? event.key);
  const met = event.key.length > 1 ? event.key : typed;
  return met.toLowerCase() === key.toLowerCase();
}

type KeyPress = Pick<KeyboardEvent, "key" | "code" | "metaKey" | "ctrlKey" | "altKey" | "shiftKey">;
