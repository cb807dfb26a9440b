import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdir, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { documentLimitBytes, isIdxName } from "../../shared/protocol/desktop.ts";
import { readData } from "./data-files.ts";
import { isInnerName, stateOfFolder, writeFolder } from "./export-files.ts";
import { readDocumentFile } from "./read-document.ts";
import { recall, withoutRecent, withRecent } from "./remembered.ts";
import { createTokens } from "./tokens.ts";
import { explain } from "./trouble.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "files-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string) => join(folder, name);

describe("readDocumentFile", () => {
  const read = async (content: string | Uint8Array) => {
    writeFileSync(at("net.receptive"), content);
    return readDocumentFile(at("net.receptive"));
  };

  it("reads UTF-8 with and without a byte order mark", async () => {
    expect(await read('{"ä": "∑"}')).toEqual({ text: '{"ä": "∑"}' });
    expect(await read("\uFEFF{}")).toEqual({ text: "{}" });
    expect(await read("")).toEqual({ text: "" });
  });

  it.each<[string, Uint8Array, string]>([
    ["UTF-16", Buffer.from("\uFEFF{}", "utf16le"), "its text is UTF-16. Save it as UTF-8 and open it again."],
    [
      "a picture",
      new Uint8Array([0x89, 0x50, 0x4e, 0x47]),
      "it is not UTF-8 text. Choose a .receptive file.",
    ],
    ["a cut character", Buffer.from("ä").subarray(0, 1), "it is not UTF-8 text. Choose a .receptive file."],
  ])("refuses %s", async (_, content, reason) => {
    expect(await read(content)).toEqual({ failed: `Cannot open “net.receptive”: ${reason}` });
  });

  it("refuses a file above 32 MiB, a folder and a file that is gone", async () => {
    writeFileSync(at("huge.receptive"), "");
    await truncate(at("huge.receptive"), documentLimitBytes + 1);
    expect(await readDocumentFile(at("huge.receptive"))).toEqual({
      failed: "Cannot open “huge.receptive”: it has 32.0 MiB, and a document has at most 32 MiB.",
    });
    expect(await readDocumentFile(folder)).toMatchObject({
      failed: expect.stringContaining("it is a folder."),
    });
    expect(await readDocumentFile(at("gone.receptive"))).toEqual({
      failed: "Cannot open “gone.receptive”: it is not there. It may have been moved, renamed or deleted.",
    });
  });
});

describe("explain", () => {
  it("names file, reason and remedy, also for a code it does not know", () => {
    const met = (code: string) => explain(Object.assign(new Error(code), { code }), "save", "a.receptive");
    expect(met("ENOSPC")).toBe(
      "Cannot save “a.receptive”: the disk is full. Free some space or save on another disk; the file on disk is unchanged.",
    );
    expect(met("ESTALE")).toMatch(/^Cannot save “a\.receptive”: the system reports ESTALE\. .+/);
  });

  it("does not hide a bug of ours", () => {
    expect(() => explain(new TypeError("undefined is not a function"), "save", "a")).toThrow(TypeError);
  });
});

describe("readData", () => {
  it("reads the IDX files and nothing else", async () => {
    writeFileSync(at("train-images-idx3-ubyte.gz"), new Uint8Array([1, 2]));
    writeFileSync(at("t10k-labels.idx1-ubyte"), new Uint8Array([3]));
    writeFileSync(at("diary.txt"), "private");
    expect(await readData(folder)).toEqual({
      files: [
        { name: "t10k-labels.idx1-ubyte", bytes: new Uint8Array([3]) },
        { name: "train-images-idx3-ubyte.gz", bytes: new Uint8Array([1, 2]) },
      ],
    });
  });

  it("reads one table, or the one that a folder holds", async () => {
    writeFileSync(at("iris.csv"), "a,kind");
    writeFileSync(at("._iris.csv"), "hidden");
    writeFileSync(at("notes.txt"), "private");
    const table = { files: [{ name: "iris.csv", bytes: new TextEncoder().encode("a,kind") }] };
    expect(await readData(at("iris.csv"))).toEqual(table);
    expect(await readData(folder)).toEqual(table);
    writeFileSync(at("Wine.TSV"), "");
    expect(await readData(folder)).toMatchObject({
      failed: expect.stringMatching(/holds 2 tables\. Choose one of them: Wine\.TSV, iris\.csv\.$/),
    });
  });

  it("says what is missing", async () => {
    expect(await readData(folder)).toMatchObject({
      failed: expect.stringContaining("holds no IDX files"),
    });
    expect(await readData(at("gone"))).toMatchObject({
      failed: expect.stringContaining("it is not there"),
    });
  });

  it("knows the names in use", () => {
    expect(
      [
        "train-images-idx3-ubyte",
        "t10k-labels-idx1-ubyte.gz",
        "train-images.idx3-ubyte",
        "emnist-letters-test-labels-idx1-ubyte",
      ].every(isIdxName),
    ).toBe(true);
    expect(["train.csv", "../train-images-idx3-ubyte", "train-images-idx3-ubyte.zip"].some(isIdxName)).toBe(
      false,
    );
  });
});

describe("writeFolder", () => {
  it("writes files in their folders and tells what was there", async () => {
    expect(await stateOfFolder(at("out"))).toBe("free");
    await mkdir(at("out"));
    expect(await stateOfFolder(at("out"))).toBe("empty");
    await writeFolder(at("out"), [{ name: "js/model.json", bytes: new Uint8Array([123, 125]) }]);
    expect(readFileSync(at("out/js/model.json"), "utf8")).toBe("{}");
    expect(await stateOfFolder(at("out"))).toBe("taken");
    await expect(stateOfFolder(at("out/js/model.json"))).rejects.toMatchObject({ code: "ENOTDIR" });
  });

  it.each(["../a", "/a", "a//b", "a/../b", "C:a", "a\\b", "", ".", "a\0"])(
    "does not take %j for an inner name",
    (name) => {
      expect(isInnerName(name)).toBe(false);
    },
  );
});

describe("tokens", () => {
  it("lead back to the path and say nothing about it", () => {
    const tokens = createTokens();
    const handle = tokens.handleFor(at("a.receptive"));
    expect(handle).toEqual({ token: tokens.handleFor(at("a.receptive")).token, name: "a.receptive" });
    expect(handle.token).not.toContain("a.receptive");
    expect(tokens.pathOf(handle.token)).toBe(at("a.receptive"));
    expect(tokens.pathOf(at("a.receptive"))).toBeUndefined();
    expect(tokens.pathOf(tokens.handleWithoutPlace("b").token)).toBeUndefined();
  });
});

describe("recall", () => {
  it("remembers, latest first, ten at most, each once", async () => {
    const before = await recall(at("state.json"));
    for (const i of [...Array(12).keys(), 5]) await before.change((it) => withRecent(it, `/${i}`, i));
    await before.change((it) => withoutRecent(it, "/10"));
    const after = await recall(at("state.json"));
    expect(after.now.recent.map((it) => it.path)).toEqual([
      "/5",
      "/11",
      "/9",
      "/8",
      "/7",
      "/6",
      "/4",
      "/3",
      "/2",
    ]);
  });

  it("forgets only what is damaged", async () => {
    writeFileSync(
      at("state.json"),
      '{"recent": [{"path": 3}], "dataFolders": {"mnist": "/data"}, "window": 7}',
    );
    expect((await recall(at("state.json"))).now).toEqual({
      recent: [],
      dataFolders: { mnist: "/data" },
      window: null,
    });
    writeFileSync(at("state.json"), "{");
    expect((await recall(at("state.json"))).now).toEqual({ recent: [], dataFolders: {}, window: null });
  });
});
