import { strict } from "./strict.ts";

// What the operating system does: recorded where a journey may want to know, never shown.

const unanswered = (name: string) => async (_window: object, _options?: object) => {
  throw new Error(
    `dialog.${name} was opened and the journey has no answer: replace dialog.${name} by app.evaluate first.`,
  );
};

export const dialog = strict(
  {
    showOpenDialog: unanswered("showOpenDialog"),
    showSaveDialog: unanswered("showSaveDialog"),
    showMessageBox: unanswered("showMessageBox"),
    showErrorBox: (title: string, content: string) => console.error(`${title}\n${content}`),
  },
  "dialog",
);

export const shell = strict({ openExternal: async (_url: string, _options?: object) => undefined }, "shell");

const display = {
  id: 1,
  bounds: { x: 0, y: 0, width: 1920, height: 1080 },
  workArea: { x: 0, y: 0, width: 1920, height: 1040 },
};
export const screen = strict({ getAllDisplays: () => [display], getPrimaryDisplay: () => display }, "screen");

const blockers = new Set<number>();
let lastBlocker = 0;
export const powerSaveBlocker = strict(
  {
    start(_type: string) {
      lastBlocker += 1;
      blockers.add(lastBlocker);
      return lastBlocker;
    },
    stop: (id: number) => blockers.delete(id),
    isStarted: (id: number) => blockers.has(id),
  },
  "powerSaveBlocker",
);

/** Chromium's own answers stand: headless, it grants nothing. */
export const defaultSession = strict(
  {
    setPermissionRequestHandler: (_handler: unknown) => undefined,
    setPermissionCheckHandler: (_handler: unknown) => undefined,
  },
  "session.defaultSession",
);
export const session = strict({ defaultSession }, "session");
