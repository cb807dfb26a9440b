// `npm test`: installs what is missing, then everything else in TypeScript.

import { ensureInstalled } from "./installed.mjs";
import { runTypeScript } from "./run.mjs";

ensureInstalled();
process.exit(runTypeScript("build/test.ts"));
