/*
 * The two programs that run in every page before its own: one in the page's world, one in an isolated world with
 * the preload script. They share the DOM and nothing else, so they talk through events whose names nobody guesses.
 * Both are turned into text; they can use only what is inside them.
 */

export const isolatedWorld = "Electron Isolated Context";
export const bindingName = "__standIn";

/** For the page's own world: what the preload script exposes, and no second windows. */
export const pageWorldScript = (secret: string): string =>
  `(() => { const __name = (it) => it; if (top === self) (${runInPage})(${JSON.stringify(secret)}); })()`;

/** For the isolated world: Electron's modules of a sandboxed preload script, then that script. */
export const preloadScript = (
  secret: string,
  preload: string,
  processFacts: object,
  memoryInfo: object,
): string =>
  `(() => { const __name = (it) => it; if (top !== self) return;
const require = (${runInIsolation})(${JSON.stringify(secret)}, globalThis.${bindingName});
const process = { ...${JSON.stringify(processFacts)}, getSystemMemoryInfo: () => (${JSON.stringify(memoryInfo)}) }; const module = { exports: {} };
(function (require, module, exports, process) {${preload}\n})(require, module, module.exports, process); })()`;

// biome-ignore lint/suspicious/noExplicitAny: values of any type cross the bridge, as in Electron's own.
type Any = any;

function runInPage(secret: string): void {
  const callbacks = new Map<number, (...args: Any[]) => unknown>();
  const waiting = new Map<number, { resolve(value: Any): void; reject(error: Error): void }>();
  let last = 0;
  const say = (what: string, detail: unknown) =>
    document.dispatchEvent(new CustomEvent(secret + what, { detail }));
  const hear = (what: string, listener: (detail: Any) => void) =>
    document.addEventListener(secret + what, (event) => listener((event as CustomEvent).detail));

  const outward = (value: Any): Any => {
    if (typeof value !== "function") return value;
    last += 1;
    callbacks.set(last, value);
    return { callback: last };
  };
  const inward = (made: Any): Any => {
    if ("api" in made)
      return Object.freeze(
        Object.fromEntries(Object.entries(made.api).map(([key, it]) => [key, inward(it)])),
      );
    if (!("call" in made)) return made.value;
    return (...args: Any[]) => {
      last += 1;
      const id = last;
      let reply: Any;
      document.addEventListener(
        `${secret}reply${id}`,
        (event) => {
          reply = (event as CustomEvent).detail;
        },
        { once: true },
      );
      say("call", { id, call: made.call, args: args.map(outward) });
      if (reply === undefined) throw new Error("The preload script did not answer");
      if ("error" in reply) throw new Error(reply.error);
      if ("promise" in reply)
        return new Promise((resolve, reject) => waiting.set(reply.promise, { resolve, reject }));
      return inward(reply.result);
    };
  };
  hear("settle", ({ promise, result, error }) => {
    const asked = waiting.get(promise);
    waiting.delete(promise);
    if (error === undefined) asked?.resolve(inward(result));
    else asked?.reject(new Error(error));
  });
  hear("callback", ({ callback, args }) => callbacks.get(callback)?.(...args));
  hear("expose", ({ name, made }) =>
    Object.defineProperty(window, name, {
      value: inward(made),
      enumerable: true,
      configurable: false,
      writable: false,
    }),
  );
  // A second window would escape the stand-in; the main process answers for every attempt.
  window.open = (url) => {
    say("open", String(new URL(url ?? "about:blank", location.href)));
    return null;
  };
}

function runInIsolation(secret: string, post: (text: string) => void): (name: string) => unknown {
  const functions: ((...args: Any[]) => Any)[] = [];
  const waiting = new Map<number, { resolve(value: Any): void; reject(error: Error): void }>();
  const listeners = new Map<string, ((...args: Any[]) => void)[]>();
  let last = 0;
  const say = (what: string, detail: unknown) =>
    document.dispatchEvent(new CustomEvent(secret + what, { detail }));

  const toWire = (value: Any) =>
    JSON.stringify(value === undefined ? null : value, (_key, seen) => {
      if (!(seen instanceof Uint8Array)) return seen;
      let text = "";
      for (let i = 0; i < seen.length; i += 32_768)
        text += String.fromCharCode(...seen.subarray(i, i + 32_768));
      return { $bytes: btoa(text) };
    });
  const fromWire = (text: string) =>
    JSON.parse(text, (_key, seen) =>
      seen && typeof seen === "object" && "$bytes" in seen
        ? Uint8Array.from(atob(seen.$bytes), (it) => it.charCodeAt(0))
        : seen,
    );

  // The main process calls these two.
  Object.assign(globalThis, {
    __standInReply(id: number, error: string | null, text: string) {
      const asked = waiting.get(id);
      waiting.delete(id);
      if (error === null) asked?.resolve(fromWire(text));
      else asked?.reject(new Error(error));
    },
    __standInNews(channel: string, text: string) {
      for (const listener of [...(listeners.get(channel) ?? [])])
        listener({ sender: ipcRenderer }, ...fromWire(text));
    },
  });

  const ipcRenderer = {
    invoke(channel: string, ...args: Any[]) {
      last += 1;
      const id = last;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        post(toWire({ type: "invoke", id, channel, args }));
      });
    },
    send(channel: string, ...args: Any[]) {
      post(toWire({ type: "send", channel, args }));
    },
    on(channel: string, listener: (...args: Any[]) => void) {
      listeners.set(channel, [...(listeners.get(channel) ?? []), listener]);
      return ipcRenderer;
    },
    removeListener(channel: string, listener: (...args: Any[]) => void) {
      listeners.set(
        channel,
        (listeners.get(channel) ?? []).filter((it) => it !== listener),
      );
      return ipcRenderer;
    },
  };

  const isApi = (value: Any): boolean =>
    typeof value === "function" ||
    (value !== null &&
      typeof value === "object" &&
      Object.getPrototypeOf(value) === Object.prototype &&
      Object.values(value).some(isApi));
  const outward = (value: Any): Any => {
    if (typeof value === "function") return { call: functions.push(value) - 1 };
    if (!isApi(value)) return { value };
    return { api: Object.fromEntries(Object.entries(value).map(([key, it]) => [key, outward(it)])) };
  };
  const inward = (value: Any): Any =>
    value !== null && typeof value === "object" && "callback" in value
      ? (...args: Any[]) => say("callback", { callback: value.callback, args })
      : value;
  const messageOf = (error: Any) => String(error?.message ?? error);
  document.addEventListener(`${secret}call`, (event) => {
    const { id, call, args } = (event as CustomEvent).detail;
    let reply: Any;
    try {
      const result = functions[call]?.(...args.map(inward));
      if (typeof result?.then === "function") {
        last += 1;
        const promise = last;
        result.then(
          (value: Any) => say("settle", { promise, result: outward(value) }),
          (error: Any) => say("settle", { promise, error: messageOf(error) }),
        );
        reply = { promise };
      } else reply = { result: outward(result) };
    } catch (error) {
      reply = { error: messageOf(error) };
    }
    say(`reply${id}`, reply);
  });
  document.addEventListener(`${secret}open`, (event) =>
    post(toWire({ type: "open", url: (event as CustomEvent).detail })),
  );

  const modules: Record<string, object> = {
    contextBridge: {
      exposeInMainWorld: (name: string, api: Any) => say("expose", { name, made: outward(api) }),
    },
    ipcRenderer,
    // Electron gives no path either for a File that did not come from the disk; here none does.
    webUtils: { getPathForFile: (_file: File) => "" },
  };
  const strict = (object: Any, path: string): Any =>
    new Proxy(object, {
      get(target, key) {
        if (key in target || typeof key === "symbol" || key === "then") return target[key];
        throw new Error(`The Electron stand-in has no ${path}.${key} for preload scripts.`);
      },
    });
  const electron = strict(
    Object.fromEntries(Object.entries(modules).map(([name, it]) => [name, strict(it, name)])),
    "electron",
  );
  return (name) => {
    if (name === "electron" || name === "electron/renderer") return electron;
    throw new Error(`module not found: ${name}`);
  };
}
