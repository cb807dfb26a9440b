import type { ExchangeNews, ExchangeOrder } from "../../shared/protocol/exchange.ts";
import { registerSimd } from "../../shared/simd/web.ts";
import { createExchange } from "../../shared/tfjs/exchange.ts";
import { webPaint } from "./painting.ts";

// Writes and reads models beside the training worker, so that neither a run nor the window waits.
const take = createExchange({
  host: {
    names: ["simd", "cpu"],
    async start(name) {
      // A few examples need no thread pool, and a run beside this needs every core.
      if (name === "simd") await registerSimd({ threads: 1 });
      return name;
    },
  },
  time: {
    now: () => performance.now(),
    breathe: () => Promise.resolve(),
    after: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  },
  paint: webPaint,
  send: (news) => self.postMessage(news, { transfer: [...new Set(transferable(news))] }),
});

self.onmessage = ({ data }: MessageEvent<ExchangeOrder>) => take(data);

/** Buffers that nobody here needs again. */
function transferable(news: ExchangeNews): readonly ArrayBufferLike[] {
  if (news.type === "exported") return news.files.map((it) => it.bytes.buffer);
  if (news.type !== "imported" || "refused" in news.answer) return [];
  return Object.values(news.answer.weights ?? {}).flatMap((arrays) => arrays.map((it) => it.buffer));
}
