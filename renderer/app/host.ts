import type { Host } from "../host/host.ts";

const connected: { host: Host | undefined } = { host: undefined };

/** Says how the window reaches the outside; called once when it starts. */
export function connectHost(host: Host): void {
  connected.host = host;
}

export function theHost(): Host {
  if (!connected.host) throw new Error("The window has no host yet.");
  return connected.host;
}
