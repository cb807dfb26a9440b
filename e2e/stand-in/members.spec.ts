import { EventEmitter } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { createApp } from "./app.ts";
import { createWindows } from "./browser-window.ts";
import { createIpcMain } from "./ipc-main.ts";
import { Menu, MenuItem } from "./menu.ts";
import { createSchemes } from "./schemes.ts";
import { defaultSession, dialog, powerSaveBlocker, screen, session, shell } from "./surroundings.ts";
import { createWebContents } from "./web-contents.ts";

/** How many arguments a member takes at least and at most over its overloads; undefined for a property. */
type Arity = readonly [number, number] | undefined;
type Members = ReadonlyMap<string, Arity>;

const declared = readFileSync(join(import.meta.dirname, "../../node_modules/electron/electron.d.ts"), "utf8");

/** The members of an interface or class, its static ones for `side` "static". Generated text: one member a line. */
function membersOf(name: string, side: "own" | "static"): Members {
  const [, body = ""] =
    new RegExp(`\\n  (?:interface|class) ${name}\\b[^\\n]*\\{\\n([\\s\\S]*?)\\n  \\}\\n`).exec(declared) ??
    [];
  const members = new Map<string, Arity>();
  for (const line of body.split("\n")) {
    const [, isStatic, member, rest] =
      /^ {4}(static )?(?:readonly )?(\w+)(?:\?)?(\(.*|:.*)$/.exec(line) ?? [];
    if (member === undefined || rest === undefined || (isStatic !== undefined) !== (side === "static"))
      continue;
    const arity = arityOf(rest);
    const before = members.get(member);
    const both =
      arity && before ? ([Math.min(arity[0], before[0]), Math.max(arity[1], before[1])] as const) : arity;
    members.set(member, both);
  }
  return members;
}

function arityOf(signature: string): Arity {
  const call = signature.startsWith("(") ? signature : (/^: (\(.*\)) =>/.exec(signature)?.[1] ?? "");
  if (call === "") return undefined;
  const parameters = topLevelParts(call);
  const needed = parameters.filter((it) => !/^(\.\.\.|\w+\?)/.test(it)).length;
  return [
    needed,
    parameters.some((it) => it.startsWith("...")) ? Number.POSITIVE_INFINITY : parameters.length,
  ];
}

function topLevelParts(call: string): readonly string[] {
  const parts = [""];
  let depth = 0;
  // "=>" closes nothing.
  for (const it of call.replaceAll("=>", "→")) {
    if ("([{<".includes(it)) depth += 1;
    if (")]}>".includes(it)) depth -= 1;
    if (depth === 0) break;
    if (depth === 1 && it === ",") parts.push("");
    else if (depth > 1 || it !== "(") parts[parts.length - 1] += it;
  }
  return parts.map((it) => it.trim()).filter((it) => it !== "");
}

const around = {
  isReady: () => true,
  chromium: () => ({
    ask: async <Reply>() => ({}) as Reply,
    hear: () => undefined,
    close: async () => undefined,
  }),
  answer: async () => undefined,
  sent: () => undefined,
  session: {},
  toHttp: (url: string) => url,
  fromHttp: (url: string) => url,
  onLastClosed: () => undefined,
};
const windows = createWindows(around);
const { contents } = createWebContents({
  ...around,
  ask: async <Reply>() => ({}) as Reply,
  target: () => undefined,
  close: () => undefined,
  destroyed: () => false,
});
const { app } = createApp(
  { argv: [], path: "", name: "", version: "" },
  { closeAll: async () => true },
  () => undefined,
);
/** What the stand-in needs for itself on its windows. */
const inner = ["attach", "attached", "targetId", "shown", "dead", "tryToClose", "gone"];

const offered: readonly [name: string, object: object, declaredAs: string, side: "own" | "static"][] = [
  ["app", app, "App", "own"],
  ["app.commandLine", app.commandLine, "CommandLine", "own"],
  ["BrowserWindow", windows.BrowserWindow, "BrowserWindow", "static"],
  ["a BrowserWindow", new windows.BrowserWindow(), "BrowserWindow", "own"],
  ["webContents", windows.webContents, "WebContents", "static"],
  ["a WebContents", contents, "WebContents", "own"],
  ["a WebFrameMain", contents.mainFrame, "WebFrameMain", "own"],
  ["ipcMain", createIpcMain().ipcMain, "IpcMain", "own"],
  ["protocol", createSchemes(() => false).protocol, "Protocol", "own"],
  ["session", session, "Session", "static"],
  ["session.defaultSession", defaultSession, "Session", "own"],
  ["Menu", Menu, "Menu", "static"],
  ["a Menu", Menu.buildFromTemplate([]), "Menu", "own"],
  ["a MenuItem", new MenuItem({}), "MenuItem", "own"],
  ["dialog", dialog, "Dialog", "own"],
  ["shell", shell, "Shell", "own"],
  ["screen", screen, "Screen", "own"],
  ["powerSaveBlocker", powerSaveBlocker, "PowerSaveBlocker", "own"],
];

for (const [name, object, declaredAs, side] of offered)
  test(`${name} of the stand-in has only what electron.d.ts declares`, () => {
    const members = membersOf(declaredAs, side);
    expect(members.size).toBeGreaterThan(0);
    for (const key of keysOf(object, side)) {
      expect([...members.keys()], key).toContain(key);
      const value: unknown = Reflect.get(object, key);
      const arity = members.get(key);
      if (typeof value !== "function" || arity === undefined) continue;
      expect(value.length, `${key} takes ${value.length}, Electron's ${arity}`).toBeLessThanOrEqual(arity[1]);
      expect(value.length, `${key} takes ${value.length}, Electron's ${arity}`).toBeGreaterThanOrEqual(
        arity[0],
      );
    }
  });

test("a member that is missing is an error and not undefined", () => {
  expect(() => Reflect.get(app, "setBadgeCount")).toThrow("The Electron stand-in has no app.setBadgeCount.");
});

function keysOf(object: object, side: "own" | "static"): readonly string[] {
  const emitter = ["_events", "_eventsCount", "_maxListeners", "constructor", "prototype", "length", "name"];
  const own = Object.getOwnPropertyNames(object);
  const inherited = side === "own" ? Object.getOwnPropertyNames(Object.getPrototypeOf(object)) : [];
  const all = new Set([...own, ...inherited]);
  for (const key of [...emitter, ...inner, ...Object.getOwnPropertyNames(Object.prototype)]) all.delete(key);
  // EventEmitter's own methods are Node's.
  for (const key of inherited) if (key in EventEmitter.prototype) all.delete(key);
  if (object === app) all.add("name");
  return [...all];
}
