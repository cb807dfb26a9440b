import type { MenuCommand } from "../../shared/protocol/desktop.ts";
import { designCommands } from "./commands-design.ts";
import { editCommands } from "./commands-edit.ts";
import { fileCommands } from "./commands-file.ts";
import { layerCommands } from "./commands-layers.ts";
import { trainCommands } from "./commands-train.ts";
import { twinCommands } from "./commands-twins.ts";
import { viewCommands } from "./commands-view.ts";

/** Something the user can do, by key, from the command palette and, where it has a menu item, from the menu. */
export interface AppCommand {
  readonly id: string;
  readonly title: string;
  readonly section: string;
  /** Shortcuts such as `Mod+Shift+Z`; the first one is shown. */
  readonly keys?: readonly string[];
  /** Why it cannot be done now. */
  readonly blocked?: string | undefined;
  /** Its keys also work while a field has the focus. */
  readonly whileTyping?: boolean;
  /** Its keys work only while the canvas, or nothing, has the focus: lists and tabs use the arrows themselves. */
  readonly onCanvas?: boolean;
  /** Also works on the gallery, where no design is shown. */
  readonly inGallery?: boolean;
  /** In the keyboard map but not in the palette. */
  readonly onlyKeys?: boolean;
  readonly run: () => void;
}

/** Every command as things are now: titles, and why some cannot be used. */
export const allCommands = (): readonly AppCommand[] => [
  ...fileCommands(),
  ...editCommands(),
  ...designCommands(),
  ...twinCommands(),
  ...trainCommands(),
  ...viewCommands(),
  ...layerCommands(),
];

/** Runs a command by its id, as the menu does; one that is blocked does nothing. */
export function runCommand(id: MenuCommand | string): void {
  const command = allCommands().find((it) => it.id === id);
  if (command && command.blocked === undefined) command.run();
}

/** The shortcut to show beside a button. */
export const keysOf = (id: string): string | undefined => allCommands().find((it) => it.id === id)?.keys?.[0];
