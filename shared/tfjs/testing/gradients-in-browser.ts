import type { BackendName } from "../../protocol/training.ts";
import { startBackend } from "../backends.ts";
import { webBackends } from "../web-backends.ts";
import { gradientCases } from "./gradient-cases.ts";
import { againstCpu } from "./gradient-check.ts";

/*
 * The gradient cases in a browser's worker, as the app trains there. The page asks for a backend; e2e/gradients.spec.ts
 * bundles this file and asks.
 */

/** What the worker tells: what each case found wrong, then what it ran on; without a backend nothing but that. */
export type Told =
  | { readonly type: "case"; readonly name: string; readonly troubles: readonly string[] }
  | { readonly type: "end"; readonly ranOn: string | undefined };

self.onmessage = async ({ data: backend }: MessageEvent<BackendName>) => {
  const time = {
    now: () => performance.now(),
    breathe: () => Promise.resolve(),
    // A busy machine is no reason to take a backend for missing.
    after: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, 10 * ms)),
  };
  const started = await startBackend(webBackends, backend, time);
  if (started)
    for (const { name, plan } of gradientCases.filter((it) => it.everywhere))
      tell({ type: "case", name, troubles: await troublesOf(() => againstCpu(plan(), backend)) });
  tell({ type: "end", ranOn: started?.detail });
};

const tell = (told: Told): void => self.postMessage(told);

async function troublesOf(check: () => Promise<readonly string[]>): Promise<readonly string[]> {
  try {
    return await check();
  } catch (error) {
    return [String(error)];
  }
}
