import { existsSync } from "node:fs";
import { windowFigures } from "./window.ts";

// The window's figures alone, after `npm run build`: `npx tsx bench/window-alone.ts`.
console.table(
  await windowFigures(["/usr/bin/chromium", "/usr/bin/google-chrome"].find((it) => existsSync(it))),
);
