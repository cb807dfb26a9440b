import type { Proof } from "../../shared/emit/proof.ts";
import type { Design } from "../../shared/graph/graph.ts";
import type { GivenFile, Import } from "../../shared/import/imported.ts";
import type { ExchangeNews, ExchangeOrder, ExportStage, Refusals } from "../../shared/protocol/exchange.ts";
import type { NamedBytes } from "../../shared/protocol/training.ts";

/** Files that were written and checked, or why there are none, or that the user has given up waiting. */
export type Written =
  | { readonly type: "exported"; readonly files: readonly NamedBytes[]; readonly proof?: Proof }
  | { readonly type: "refused"; readonly message: string }
  | { readonly type: "cancelled" };

export type ExportOrder = Omit<Extract<ExchangeOrder, { type: "export" }>, "type" | "request">;

/** The window's line to the exchange worker, which is started when it is first needed. */
export interface Exchange {
  /** Which formats cannot hold the design; none where the worker does not answer. */
  check(design: Design): Promise<Refusals>;
  write(order: ExportOrder, reached: (stage: ExportStage) => void): Promise<Written>;
  /** Reads a model. The files' bytes are handed over: they are gone for the caller. */
  read(files: readonly GivenFile[], onto: Design | undefined): Promise<Import | undefined>;
  /** Ends whatever is being written or read, which answers undefined; the next order starts a new worker. */
  cancel(): void;
}

/** The part of a Worker that an exchange uses. */
export interface ExchangeThread {
  postMessage(order: ExchangeOrder, transfer: ArrayBufferLike[]): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<ExchangeNews>) => void) | null;
  onmessageerror: ((event: MessageEvent) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

/** What became of an order, whoever says so. */
type Answer =
  | Exclude<ExchangeNews, { type: "stage" }>
  | { readonly type: "cancelled" }
  | { readonly type: "broken"; readonly message: string };

interface Waiting {
  hear(answer: Answer): void;
  reached?: (stage: ExportStage) => void;
}

export function startExchange(start: () => ExchangeThread = newWorker): Exchange {
  const waiting = new Map<number, Waiting>();
  let thread: ExchangeThread | undefined;
  let lastRequest = 0;

  function running(): ExchangeThread {
    if (thread) return thread;
    const begun = start();
    thread = begun;
    begun.onmessage = ({ data }) => take(data);
    begun.onmessageerror = () => end({ type: "broken", message: "The answer could not be read. Try again." });
    begun.onerror = (event) => {
      event.preventDefault();
      const why = event.message || "its program could not be loaded";
      end({ type: "broken", message: `It broke off: ${why}. Try again.` });
    };
    return begun;
  }

  function take(news: ExchangeNews): void {
    const met = waiting.get(news.request);
    if (news.type === "stage") {
      met?.reached?.(news.stage);
      return;
    }
    waiting.delete(news.request);
    met?.hear(news);
  }

  function end(answer: Answer): void {
    thread?.terminate();
    thread = undefined;
    const left = [...waiting.values()];
    waiting.clear();
    for (const it of left) it.hear(answer);
  }

  function ask(
    order: ExchangeOrder,
    reached?: (stage: ExportStage) => void,
    transfer: readonly ArrayBufferLike[] = [],
  ): Promise<Answer> {
    return new Promise((resolve) => {
      waiting.set(order.request, { hear: resolve, ...(reached ? { reached } : {}) });
      try {
        running().postMessage(order, [...transfer]);
      } catch {
        // Weights that are copied take their memory twice.
        end({
          type: "broken",
          message: "The memory is not enough to hand the weights over. Close other programs and try again.",
        });
      }
    });
  }

  const next = (): number => {
    lastRequest++;
    return lastRequest;
  };

  return {
    async check(design) {
      const answer = await ask({ type: "check", request: next(), design });
      return answer.type === "checked" ? answer.refusals : {};
    },
    async write(order, reached) {
      const answer = await ask({ type: "export", request: next(), ...order }, reached);
      if (answer.type === "exported" || answer.type === "cancelled") return answer;
      return { type: "refused", message: "message" in answer ? answer.message : unexpected };
    },
    async read(files, onto) {
      const order = { type: "import", request: next(), files, ...(onto ? { onto } : {}) } as const;
      const answer = await ask(order, undefined, [...new Set(files.map((it) => it.bytes.buffer))]);
      if (answer.type === "imported") return answer.answer;
      if (answer.type === "cancelled") return undefined;
      return { refused: "message" in answer ? answer.message : unexpected };
    },
    cancel() {
      if (waiting.size) end({ type: "cancelled" });
    },
  };
}

const unexpected = "The answer was not what was asked for. Try again.";

const newWorker = (): ExchangeThread =>
  new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
