import { join } from "node:path";
import { serve } from "./server/server.ts";

/** Serves the browser edition until it is stopped. `--port N` takes that port. */
const at = process.argv.indexOf("--port");
const port = at < 0 ? 0 : Number(process.argv[at + 1]);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  console.error(`--port needs a number from 0 to 65535, got ${process.argv[at + 1] ?? "nothing"}.`);
  process.exit(2);
}

const served = await serve(join(import.meta.dirname, "..", "renderer"), port);
if ("failed" in served) {
  console.error(served.failed);
  process.exit(1);
}
process.stdout.write(`${served.address}\n`);
