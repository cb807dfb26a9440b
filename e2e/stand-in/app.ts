import { EventEmitter } from "node:events";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { preventable, strict } from "./strict.ts";

/** What the app needs of the windows; they need the app as well. */
export interface Windows {
  /** False when one of them refuses. */
  closeAll(): Promise<boolean>;
}

export interface AppFacts {
  readonly argv: readonly string[];
  readonly path: string;
  readonly name: string;
  readonly version: string;
}

export type App = ReturnType<typeof createApp>;

export function createApp(facts: AppFacts, windows: Windows, stop: (status: number) => void) {
  const paths = new Map([
    ["home", homedir()],
    ["temp", tmpdir()],
    ["userData", join(tmpdir(), "electron-stand-in")],
  ]);
  const switches = new Map<string, string>();
  const given = (name: string) => facts.argv.find((it) => it === `--${name}` || it.startsWith(`--${name}=`));
  let announceReady: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => {
    announceReady = resolve;
  });
  const state = { ready: false, quitting: false, recent: [] as string[] };

  const app = Object.assign(new EventEmitter(), {
    isPackaged: false,
    name: facts.name,
    commandLine: strict(
      {
        appendSwitch: (name: string, value?: string) => void switches.set(name, value ?? ""),
        hasSwitch: (name: string) => switches.has(name) || given(name) !== undefined,
        getSwitchValue: (name: string) =>
          switches.get(name) ?? given(name)?.split("=").slice(1).join("=") ?? "",
      },
      "app.commandLine",
    ),
    whenReady: () => ready,
    isReady: () => state.ready,
    getPath: (name: string) => paths.get(name) ?? join(homedir(), name),
    setPath: (name: string, path: string) => void paths.set(name, path),
    getAppPath: () => facts.path,
    getVersion: () => facts.version,
    getName: () => facts.name,
    getLocale: () => "en-US",
    enableSandbox: () => undefined,
    // One start at a time: a journey emits second-instance itself.
    requestSingleInstanceLock: () => true,
    addRecentDocument: (path: string) => void state.recent.push(path),
    async quit() {
      if (state.quitting) return;
      const before = preventable({});
      app.emit("before-quit", before);
      if (before.defaultPrevented) return;
      state.quitting = true;
      if (!(await windows.closeAll())) {
        state.quitting = false;
        return;
      }
      const last = preventable({});
      app.emit("will-quit", last);
      if (last.defaultPrevented) {
        state.quitting = false;
        return;
      }
      app.emit("quit", {}, 0);
      stop(0);
    },
    exit: (status?: number) => stop(status ?? 0),
  });

  return {
    app: strict(app, "app"),
    state,
    becomeReady() {
      state.ready = true;
      announceReady();
      app.emit("ready", {}, {});
    },
    switches: (): readonly string[] =>
      [...switches].map(([name, value]) => (value === "" ? `--${name}` : `--${name}=${value}`)),
  };
}
