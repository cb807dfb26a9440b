import { type BrowserWindow, type Rectangle, screen } from "electron/main";
import type { Remembered } from "../files/remembered.ts";

const usual = { width: 1440, height: 900 };

/** Where the window was last time, or the usual size where that screen is gone. */
export function placeFor(remembered: Remembered): { bounds: Partial<Rectangle>; maximized: boolean } {
  const last = remembered.now.window;
  if (last !== null && screen.getAllDisplays().some(({ workArea }) => overlaps(workArea, last.bounds)))
    return last;
  const { width, height } = screen.getPrimaryDisplay().workArea;
  return {
    bounds: { width: Math.min(usual.width, width), height: Math.min(usual.height, height) },
    maximized: false,
  };
}

export function rememberPlace(window: BrowserWindow, remembered: Remembered): void {
  window.on("close", () => {
    const place = { bounds: window.getNormalBounds(), maximized: window.isMaximized() };
    void remembered.change((facts) => ({ ...facts, window: place }));
  });
}

/** At least a corner that can be taken hold of. */
function overlaps(area: Rectangle, bounds: Rectangle): boolean {
  const width = Math.min(area.x + area.width, bounds.x + bounds.width) - Math.max(area.x, bounds.x);
  const height = Math.min(area.y + area.height, bounds.y + bounds.height) - Math.max(area.y, bounds.y);
  return width >= 100 && height >= 100;
}
