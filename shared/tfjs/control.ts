import type { Until } from "../protocol/training.ts";

/** How somebody outside steers a run. Each takes effect at the next step or batch of measuring. */
export interface Control {
  pause(): void;
  proceed(until: Until): void;
  stop(): void;
}

/** The same control as the run sees it. */
export interface Gate extends Control {
  /** A pause or a stop is waiting. */
  readonly due: boolean;
  /** Resolves when the run is told to stop. */
  readonly stopping: Promise<void>;
  /** The run has done one step or one epoch: pauses a run that should go no further. */
  reached(what: "step" | "epoch"): void;
  /** Waits while paused, after `paused` has told so. False: the run must stop. */
  pass(paused: () => Promise<void>): Promise<boolean>;
}

export function createControl(until: Until = "end"): Gate {
  let goal = until;
  let wish: "go" | "pause" | "stop" = "go";
  let wake = (): void => {};
  let halt = (): void => {};
  const stopping = new Promise<void>((resolve) => {
    halt = resolve;
  });
  // A function, because the wish changes while the run waits, which the type checker cannot see.
  const wished = (): typeof wish => wish;
  return {
    pause() {
      if (wish === "go") wish = "pause";
    },
    proceed(next) {
      if (wish === "stop") return;
      goal = next;
      wish = "go";
      wake();
    },
    stop() {
      wish = "stop";
      wake();
      halt();
    },
    stopping,
    get due() {
      return wish !== "go";
    },
    reached(what) {
      if (goal === what && wish === "go") wish = "pause";
    },
    async pass(paused) {
      if (wish === "pause") await paused();
      while (wished() === "pause")
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      return wished() !== "stop";
    },
  };
}
