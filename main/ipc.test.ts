import { describe, expect, it } from "vitest";
import type { Answers } from "./ipc.ts";
import { answer } from "./ipc.ts";

type Ipc = Parameters<typeof answer>[0];
type Handler = Parameters<Ipc["handle"]>[1];

/** Registers an answer to `setProgress` and returns how to ask it as a page would. */
function questions() {
  const handlers = new Map<string, Handler>();
  const ipc = { handle: (name: string, handler: Handler) => void handlers.set(name, handler) } as Ipc;
  const heard: unknown[] = [];
  const setProgress = (it: number | null) => {
    heard.push(it);
    return null;
  };
  const answers = { setProgress } as unknown as Answers;
  answer(ipc, (url) => url.startsWith("app://receptive/"), answers);
  const ask = (name: string, frame: object | null, ...args: unknown[]) =>
    handlers.get(name)?.({ senderFrame: frame } as Parameters<Handler>[0], ...args);
  return { ask, heard, names: [...handlers.keys()] };
}
const ours = { parent: null, url: "app://receptive/index.html" };

describe("answer", () => {
  it("passes checked arguments on", () => {
    const { ask, heard } = questions();
    expect(ask("setProgress", ours, 0.5)).toBeNull();
    expect(heard).toEqual([0.5]);
  });

  it.each<[string, object | null]>([
    ["another page", { parent: null, url: "https://example.org/" }],
    ["a look-alike", { parent: null, url: "app://receptive.example/" }],
    ["a frame in our page", { parent: ours, url: ours.url }],
    ["a frame that is gone", null],
  ])("answers no question of %s", (_, frame) => {
    const { ask, heard } = questions();
    expect(() => ask("setProgress", frame, 0.5)).toThrow("setProgress: unknown sender");
    expect(heard).toEqual([]);
  });

  it.each([[["x"]], [[2]], [[]], [[0.5, 1]], [[Number.NaN]]])("refuses the arguments %j", (args) => {
    const { ask, heard } = questions();
    expect(() => ask("setProgress", ours, ...args)).toThrow(/^setProgress: /);
    expect(heard).toEqual([]);
  });

  it.each(["file:///etc/passwd", "javascript:alert(1)", "http://example.org", "not a link"])(
    "opens no %s",
    (url) => {
      expect(() => questions().ask("openLink", ours, url)).toThrow(/^openLink: /);
    },
  );
});
