import type { Exchange } from "../exchange/exchange.ts";

const connected: { exchange: Exchange | undefined } = { exchange: undefined };

/** Says who writes and reads models; called once when the window starts. */
export function connectExchange(exchange: Exchange): void {
  connected.exchange = exchange;
}

export function theExchange(): Exchange {
  if (!connected.exchange) throw new Error("The window has no exchange yet.");
  return connected.exchange;
}
