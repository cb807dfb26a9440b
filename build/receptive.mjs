// `npm run -s receptive -- …`: the command line, built from the sources as they are now.

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ensureInstalled, root } from "./installed.mjs";
import { ensureBuilt } from "./run.mjs";

// Standard output belongs to the command.
console.log = console.error;
ensureInstalled({ stdio: ["ignore", 2, 2] });
ensureBuilt(["command line"], { stdio: ["ignore", 2, 2] });

// npm starts scripts in the root of the package; the words mean files where the user is.
if (process.env.npm_lifecycle_event === "receptive" && process.env.INIT_CWD)
  process.chdir(process.env.INIT_CWD);
await import(pathToFileURL(join(root, "out", "main", "cli.js")).href);
