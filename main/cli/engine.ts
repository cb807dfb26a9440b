import { type Started, startBackend } from "../../shared/tfjs/backends.ts";
import { nodeBackends as host, nodeTime as time } from "../node-backends.ts";

export { createControl } from "../../shared/tfjs/control.ts";
export { exportTfjs } from "../../shared/tfjs/export.ts";
export { train } from "../../shared/tfjs/fit.ts";
export type { Outcome } from "../../shared/tfjs/job.ts";
export { type Made, makeExport } from "../../shared/tfjs/make-export.ts";
export { nodeTime as time } from "../node-backends.ts";

// Everything of tfjs that the command line uses: loaded only by commands that compute, because it takes half a second.

/** Backends that need no browser, fastest first. */
export const nodeBackends = ["simd", "cpu"] as const;
export type NodeBackend = (typeof nodeBackends)[number];

/** Makes the named backend the current one, or the fastest that works here. Undefined where that fails. */
export async function firstBackend(named: NodeBackend | undefined): Promise<Started | undefined> {
  for (const name of named ? [named] : nodeBackends) {
    const started = await startBackend(host, name, time);
    if (started) return started;
  }
  return undefined;
}
