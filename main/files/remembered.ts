import { readFile } from "node:fs/promises";
import { z } from "zod";
import { writeWhole } from "./write-whole.ts";

const bounds = z.object({ x: z.int(), y: z.int(), width: z.int().positive(), height: z.int().positive() });

const facts = z.object({
  recent: z.array(z.object({ path: z.string(), openedAt: z.number() })).catch([]),
  /** Display name of a data folder → where it lies. */
  dataFolders: z.record(z.string(), z.string()).catch({}),
  window: z.object({ bounds, maximized: z.boolean() }).nullable().catch(null),
});
export type Facts = z.infer<typeof facts>;
export type WindowPlace = NonNullable<Facts["window"]>;

/** What the app remembers from one start to the next. A damaged file is forgotten, part by part. */
export interface Remembered {
  readonly now: Facts;
  /** Settles when the change is on disk; a disk that refuses is no reason to trouble the user. */
  change(edit: (facts: Facts) => Facts): Promise<void>;
  /** Settles when every change so far is on disk. */
  settled(): Promise<void>;
}

export async function recall(path: string): Promise<Remembered> {
  let now = facts.parse(await readJson(path));
  let last = Promise.resolve();
  return {
    get now() {
      return now;
    },
    change(edit) {
      now = edit(now);
      last = writeWhole(path, `${JSON.stringify(now, null, 1)}\n`).catch((error: unknown) =>
        console.warn("Cannot remember recent files and window place:", error),
      );
      return last;
    },
    settled: () => last,
  };
}

const recentLimit = 10;

export const withRecent = (facts: Facts, path: string, openedAt: number): Facts => ({
  ...facts,
  recent: [{ path, openedAt }, ...facts.recent.filter((it) => it.path !== path)].slice(0, recentLimit),
});

export const withoutRecent = (facts: Facts, path: string): Facts => ({
  ...facts,
  recent: facts.recent.filter((it) => it.path !== path),
});

async function readJson(path: string): Promise<unknown> {
  try {
    const read: unknown = JSON.parse(await readFile(path, "utf8"));
    return typeof read === "object" && read !== null ? read : {};
  } catch {
    return {};
  }
}
