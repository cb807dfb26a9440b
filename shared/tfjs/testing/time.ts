import type { Time } from "../job.ts";

/** The real clock; breathing lets timers and messages in. */
export const realTime: Time = {
  now: () => performance.now(),
  breathe: () => new Promise((resolve) => setImmediate(resolve)),
  after: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};
