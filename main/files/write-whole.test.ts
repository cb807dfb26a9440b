import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { chmod, lstat, mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { codeOf } from "./trouble.ts";
import { writeWhole } from "./write-whole.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "write-whole-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
const refusal = (path: string, content = "new") => writeWhole(path, content).then(() => "written", codeOf);
const posix = process.platform !== "win32";
const root = process.getuid?.() === 0;

describe("writeWhole", () => {
  it("makes a file, replaces it and leaves nothing beside it", async () => {
    await writeWhole(at("a"), "one");
    await writeWhole(at("a"), new Uint8Array([116, 119, 111]));
    expect(readFileSync(at("a"), "utf8")).toBe("two");
    expect(readdirSync(folder)).toEqual(["a"]);
  });

  it("ends with the later of two saves that overlap", async () => {
    const contents = Array.from({ length: 20 }, (_, i) => `${i}`.repeat(10_000));
    await Promise.all(contents.map((it) => writeWhole(at("a"), it)));
    expect(readFileSync(at("a"), "utf8")).toBe(contents.at(-1));
  });

  it("goes on after a save that failed", async () => {
    const failed = refusal(at("gone/a"));
    mkdirSync(at("gone"));
    await failed;
    expect(await refusal(at("gone/a"))).toBe("written");
  });

  it("refuses a folder and a missing folder", async () => {
    await mkdir(at("inner"));
    expect(await refusal(at("inner"))).toBe("EISDIR");
    expect(await refusal(at("nowhere/a"))).toBe("ENOENT");
    expect(readdirSync(folder)).toEqual(["inner"]);
  });

  it.runIf(posix)("keeps the mode and keeps a link a link", async () => {
    writeFileSync(at("a"), "old");
    await chmod(at("a"), 0o666);
    symlinkSync("a", at("link"));
    symlinkSync("later", at("dangling"));
    await writeWhole(at("link"), "new");
    await writeWhole(at("dangling"), "made");
    expect(readFileSync(at("a"), "utf8")).toBe("new");
    expect(statSync(at("a")).mode & 0o777).toBe(0o666);
    expect((await lstat(at("link"))).isSymbolicLink()).toBe(true);
    expect(readFileSync(at("later"), "utf8")).toBe("made");
    expect((await lstat(at("dangling"))).isSymbolicLink()).toBe(true);
  });

  it.runIf(posix && !root)("leaves a write-protected file and a write-protected folder alone", async () => {
    writeFileSync(at("a"), "old", { mode: 0o444 });
    expect(await refusal(at("a"))).toBe("EACCES");
    await chmod(folder, 0o555);
    expect(await refusal(at("b"))).toBe("EACCES");
    await chmod(folder, 0o755);
    expect(readFileSync(at("a"), "utf8")).toBe("old");
  });

  it.runIf(process.platform === "linux" && root)(
    "keeps the old file whole when the disk fills up",
    async ({ skip }) => {
      try {
        execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder], { stdio: "ignore" });
      } catch {
        skip("this machine lets nobody mount");
      }
      try {
        writeFileSync(at("a"), "old");
        expect(await refusal(at("a"), "x".repeat(100_000))).toBe("ENOSPC");
        expect(readFileSync(at("a"), "utf8")).toBe("old");
        expect(readdirSync(folder)).toEqual(["a"]);
      } finally {
        execFileSync("umount", [folder]);
      }
    },
  );
});
