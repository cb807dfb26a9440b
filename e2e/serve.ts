import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** The browser edition's server, as `npm start` runs it without a display; whoever starts it ends it. */
export async function serveBrowserEdition(): Promise<{
  readonly server: ChildProcess;
  readonly address: string;
}> {
  const program = join(import.meta.dirname, "..", "out", "main", "serve.js");
  const server = spawn(process.execPath, [program], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(server.stdout, "data");
  return { server, address: String(line).trim() };
}
