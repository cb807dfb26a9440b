import { EventEmitter } from "node:events";
import { strict } from "./strict.ts";

type Handler = (event: object, ...args: readonly unknown[]) => unknown;

export function createIpcMain() {
  const handlers = new Map<string, Handler>();
  const ipcMain = Object.assign(new EventEmitter(), {
    handle(channel: string, listener: Handler) {
      if (handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`);
      handlers.set(channel, listener);
    },
    removeHandler: (channel: string) => void handlers.delete(channel),
  });
  return {
    ipcMain: strict(ipcMain, "ipcMain"),
    /** What a page's `invoke` comes to. */
    async answer(channel: string, event: object, args: readonly unknown[]): Promise<unknown> {
      const handler = handlers.get(channel);
      if (handler === undefined) throw new Error(`No handler registered for '${channel}'`);
      return handler(event, ...args);
    },
  };
}
