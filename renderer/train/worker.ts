import type { FromWorker, Order } from "../../shared/protocol/training.ts";
import { createSession } from "../../shared/tfjs/session.ts";
import { webBackends } from "../../shared/tfjs/web-backends.ts";

const { port1, port2 } = new MessageChannel();
let waiting: (() => void)[] = [];
port1.onmessage = () => {
  const resolved = waiting;
  waiting = [];
  for (const resolve of resolved) resolve();
};

const take = createSession({
  host: webBackends,
  time: {
    now: () => performance.now(),
    breathe: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        port2.postMessage(null);
      }),
    after: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  },
  send,
});

self.onmessage = ({ data }: MessageEvent<Order>) => take(data);
send({ type: "ready" });

function send(news: FromWorker): void {
  self.postMessage(news, { transfer: transferable(news) });
}

/** Buffers that nobody here needs again. Weights are not among them: the run goes on with them. */
function transferable(news: FromWorker): ArrayBufferLike[] {
  if (news.type !== "maps") return [];
  // Maps without pixels may share one empty buffer, which must not be handed over twice.
  const buffers = [...news.maps, ...(news.kernels ? [news.kernels] : [])].map((it) => it.values.buffer);
  return [...new Set(buffers)];
}
