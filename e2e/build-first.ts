import { spawnSync } from "node:child_process";
import { join } from "node:path";

/** Journeys run on what the sources say now. */
// biome-ignore lint/style/noDefaultExport: Playwright's global set-up is a default export.
export default function buildFirst(): void {
  const root = join(import.meta.dirname, "..");
  const script = join(root, "build", "build.ts");
  const { status } = spawnSync(process.execPath, ["--import", "tsx", script], {
    cwd: root,
    stdio: "inherit",
  });
  if (status !== 0) throw new Error("The app could not be built.");
}
