import type { Weights } from "../../shared/compile/weights.ts";
import type { FromWorker, News, Order } from "../../shared/protocol/training.ts";

/** The window's line to the training worker. */
export interface Trainer {
  send(order: Order): void;
  close(): void;
}

/** The part of a Worker that a trainer uses. */
export interface TrainingThread {
  postMessage(order: Order): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<FromWorker>) => void) | null;
  onmessageerror: ((event: MessageEvent) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

// A step of a huge batch on a slow machine can take longer than a person waits for a stop.
const stopWithinMs = 5000;

const weightsKept = "The weights from a few seconds before are kept, to train further from.";

interface Ordered {
  readonly number: number;
  /** What it was told to go on from. */
  readonly start: Weights | undefined;
  /** What it handed over last. */
  kept?: Weights;
  overdue?: ReturnType<typeof setTimeout>;
}

/**
 * Starts the worker and keeps it alive: when it dies, its run ends as failed with the weights it handed over last, and
 * a new worker takes over with the same images. One that dies before it is ready is not started again.
 */
export function startTrainer(hear: (news: News) => void, start: () => TrainingThread = newWorker): Trainer {
  let thread: TrainingThread | undefined;
  let ready = false;
  let run: Ordered | undefined;
  // What a new worker must be told first.
  let images: Order | undefined;
  let watched: Order | undefined;

  function begin(): void {
    ready = false;
    const begun = start();
    thread = begun;
    begun.onmessage = ({ data }) => take(data);
    begun.onmessageerror = () => died("Training sent something that cannot be read.");
    begun.onerror = (event) => {
      event.preventDefault();
      died(`Training broke off: ${event.message || "its program could not be loaded"}.`);
    };
    for (const order of [images, watched]) if (order) begun.postMessage(order);
  }

  function take(news: FromWorker): void {
    if (news.type === "kept") {
      if (run?.number === news.run) run.kept = news.weights;
      return;
    }
    if (news.type === "ready") ready = true;
    if (news.type === "ended" && news.run === run?.number) forgetRun();
    hear(news);
  }

  function died(message: string): void {
    thread?.terminate();
    thread = undefined;
    endRun("failed", run?.kept ? `${message} ${weightsKept}` : message);
    if (ready) begin();
    else hear({ type: "broken", message: `${message} Restart the app to train again.` });
  }

  function endRun(why: "failed" | "stopped", message: string): void {
    if (!run) return;
    const { number, start, kept } = run;
    const weights = kept ?? start;
    forgetRun();
    hear({ type: "ended", run: number, why, message, ...(weights ? { weights } : {}) });
  }

  function forgetRun(): void {
    clearTimeout(run?.overdue);
    run = undefined;
  }

  begin();
  return {
    send(order) {
      if (order.type === "data") images = order;
      if (order.type === "watch") watched = order;
      if (order.type === "train") {
        run = { number: order.run, start: order.weights };
        if (!thread) return endRun("failed", "Training does not start on this machine. Restart the app.");
      }
      if (order.type === "stop" && run?.number === order.run)
        run.overdue ??= setTimeout(() => {
          endRun(
            "stopped",
            "The last step took too long to wait for; the weights are from a few seconds before.",
          );
          died("");
        }, stopWithinMs);
      thread?.postMessage(order);
    },
    close() {
      forgetRun();
      thread?.terminate();
      thread = undefined;
    },
  };
}

const newWorker = (): TrainingThread =>
  new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
