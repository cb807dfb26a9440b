import { type ChildProcess, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";

/** What Chromium says of one page, or of the browser where there is no session. */
export type Listener = (method: string, params: never) => void;

export interface Chromium {
  /** Asks over the DevTools protocol, which fixes the type of the reply; rejects with what Chromium objects to. */
  ask<Reply = unknown>(method: string, params?: object, session?: string): Promise<Reply>;
  hear(session: string | undefined, listener: Listener): void;
  /** Lets Chromium write what it keeps, and settles when it is gone. */
  close(): Promise<void>;
}

/**
 * Starts Chromium with a debugging pipe for the stand-in and a port for Playwright, whose address it prints as
 * Electron does.
 */
export function startChromium(executable: string, args: readonly string[], onExit: () => void): Chromium {
  const child = spawn(executable, ["--remote-debugging-pipe", "--remote-debugging-port=0", ...args], {
    stdio: ["ignore", "ignore", "pipe", "pipe", "pipe"],
  });
  child.on("error", (error) => {
    console.error(`The Electron stand-in cannot start ${executable}: ${error.message}`);
    onExit();
  });
  child.on("exit", onExit);
  if (child.stderr)
    onPart(child.stderr, "\n", (line) => line.startsWith("DevTools listening") && console.error(line));
  return talk(child);
}

function talk(child: ChildProcess): Chromium {
  const [, , , asking, answering] = child.stdio;
  // Spawned with five pipes: the fourth is written, the fifth read.
  const writer = asking as Writable;
  const reader = answering as Readable;
  const waiting = new Map<
    number,
    { resolve(value: never): void; reject(error: Error): void; method: string }
  >();
  const listeners = new Map<string | undefined, Listener>();
  let last = 0;

  onPart(reader, "\0", (text) => {
    const message = JSON.parse(text);
    const question = waiting.get(message.id);
    if (message.id === undefined) listeners.get(message.sessionId)?.(message.method, message.params as never);
    else if (message.error) question?.reject(new Error(`${question.method}: ${message.error.message}`));
    else question?.resolve(message.result as never);
    waiting.delete(message.id);
  });
  // Chromium closes its end first when it is killed.
  writer.on("error", () => undefined);

  return {
    ask: (method, params = {}, sessionId) =>
      new Promise((resolve, reject) => {
        last += 1;
        waiting.set(last, { resolve, reject, method });
        writer.write(`${JSON.stringify({ id: last, method, params, sessionId })}\0`);
      }),
    hear: (session, listener) => void listeners.set(session, listener),
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise((resolve) => child.once("exit", resolve));
      const impatience = setTimeout(() => child.kill("SIGKILL"), 3000);
      writer.write(`${JSON.stringify({ id: 0, method: "Browser.close" })}\0`);
      await gone;
      clearTimeout(impatience);
    },
  };
}

function onPart(stream: Readable, end: string, take: (part: string) => void): void {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (more: string) => {
    rest += more;
    const parts = rest.split(end);
    rest = parts.pop() ?? "";
    for (const part of parts) take(part);
  });
}
