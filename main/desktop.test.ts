import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Dialogs, desktopAnswers } from "./desktop.ts";
import { type Remembered, recall } from "./files/remembered.ts";
import { createTokens } from "./files/tokens.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "desktop-"));
});
const desks: Remembered[] = [];
afterEach(async () => {
  for (const it of desks.splice(0)) await it.settled();
  rmSync(folder, { recursive: true, force: true });
});
const at = (name: string) => join(folder, name);
const bytes = (text: string) => new Uint8Array(Buffer.from(text));

/** A user who always chooses the same place and presses the same button. */
async function deskOf(user: { place?: string; press?: string } = {}) {
  const asked: string[] = [];
  const dialogs: Dialogs = {
    chooseToOpen: async () => (user.place === undefined ? [] : [user.place]),
    chooseTable: async () => user.place,
    choosePlace: async () => user.place,
    chooseFolder: async () => user.place,
    async ask(message, _detail, buttons) {
      asked.push(message);
      const pressed = buttons.indexOf(user.press ?? "");
      return pressed < 0 ? buttons.length - 1 : pressed;
    },
  };
  const remembered = await recall(at("remembered.json"));
  desks.push(remembered);
  const nothing = () => null;
  const desk = desktopAnswers({
    ...{ dialogs, remembered, tokens: createTokens(), now: () => 7, noteRecent: nothing },
    ...{ setDirty: nothing, answerClose: nothing, setProgress: nothing, openLink: nothing, ready: nothing },
  });
  return { desk, asked, remembered };
}

describe("saving", () => {
  it("asks for a place the first time and not again", async () => {
    const { desk } = await deskOf({ place: at("net") });
    const saved = await desk.saveDocument({ suggestedName: "Untitled", text: "one" });
    if (saved.type !== "saved") throw new Error(saved.type);
    expect(saved.file.name).toBe("net.receptive");
    expect(await desk.saveDocument({ token: saved.file.token, suggestedName: "x", text: "two" })).toEqual(
      saved,
    );
    expect(readFileSync(at("net.receptive"), "utf8")).toBe("two");
    expect(await desk.listRecent()).toEqual([
      { ...saved.file, where: folder.split(/[\\/]/).at(-1), openedAt: 7 },
    ]);
  });

  it("asks before the added extension hits a file", async () => {
    writeFileSync(at("net.receptive"), "old");
    const careful = await deskOf({ place: at("net"), press: "Cancel" });
    expect(await careful.desk.saveDocumentAs({ suggestedName: "net", text: "new" })).toEqual({
      type: "cancelled",
    });
    expect(readFileSync(at("net.receptive"), "utf8")).toBe("old");
    const bold = await deskOf({ place: at("net"), press: "Replace" });
    expect(await bold.desk.saveDocumentAs({ suggestedName: "net", text: "new" })).toMatchObject({
      type: "saved",
    });
    expect(bold.asked).toEqual(["“net.receptive” already exists."]);
  });

  it("says why it could not, and a closed dialog is no failure", async () => {
    const { desk } = await deskOf({ place: at("gone/net.receptive") });
    expect(await desk.saveDocument({ suggestedName: "net", text: "" })).toEqual({
      type: "failed",
      message: "Cannot save “net.receptive”: it is not there. Its folder is gone; save in another one.",
    });
    const { desk: closed } = await deskOf();
    expect(await closed.saveDocument({ suggestedName: "net", text: "" })).toEqual({ type: "cancelled" });
  });
});

describe("opening", () => {
  it("opens, remembers over a restart and forgets", async () => {
    writeFileSync(at("net.receptive"), "{}");
    const { desk, remembered } = await deskOf({ place: at("net.receptive") });
    expect(await desk.openDocument()).toMatchObject({ type: "opened", text: "{}" });
    await remembered.settled();
    const { desk: later } = await deskOf();
    const [recent] = await later.listRecent();
    if (recent === undefined) throw new Error("nothing is remembered");
    expect(await later.openRecent(recent.token)).toMatchObject({ type: "opened", text: "{}" });
    await later.forgetRecent(recent.token);
    expect(await later.listRecent()).toEqual([]);
  });

  it("takes no path for a token", async () => {
    writeFileSync(at("net.receptive"), "{}");
    const { desk } = await deskOf();
    expect(await desk.openRecent(at("net.receptive"))).toMatchObject({ type: "failed" });
  });

  it("saves a file that was dropped without a place only after asking", async () => {
    const { desk } = await deskOf();
    const opened = await desk.openDroppedText("net.receptive", bytes("{}"));
    if (opened.type !== "opened") throw new Error(opened.type);
    expect(await desk.saveDocument({ token: opened.file.token, suggestedName: "net", text: "" })).toEqual({
      type: "cancelled",
    });
  });
});

describe("exporting", () => {
  const files = [
    { name: "model.json", bytes: bytes("{}") },
    { name: "weights.bin", bytes: bytes("12") },
  ];

  it("writes one file where the user says", async () => {
    const { desk } = await deskOf({ place: at("lenet.py") });
    const [first] = files;
    if (!first) throw new Error("no file");
    expect(await desk.exportFiles({ suggestedName: "lenet.py", files: [first] })).toEqual({
      type: "exported",
      where: "lenet.py",
    });
    expect(readFileSync(at("lenet.py"), "utf8")).toBe("{}");
  });

  it("writes several into a new folder and asks before it touches one that is there", async () => {
    const free = await deskOf({ place: folder });
    expect(await free.desk.exportFiles({ suggestedName: "lenet", files })).toMatchObject({
      type: "exported",
    });
    expect(readdirSync(at("lenet")).sort()).toEqual(["model.json", "weights.bin"]);
    expect(free.asked).toEqual([]);

    writeFileSync(at("lenet/model.json"), "mine");
    const careful = await deskOf({ place: folder, press: "Cancel" });
    expect(await careful.desk.exportFiles({ suggestedName: "lenet", files })).toEqual({ type: "cancelled" });
    expect(readFileSync(at("lenet/model.json"), "utf8")).toBe("mine");
    const bold = await deskOf({ place: folder, press: "Export into it" });
    expect(await bold.desk.exportFiles({ suggestedName: "lenet", files })).toMatchObject({
      type: "exported",
    });
    expect(readFileSync(at("lenet/model.json"), "utf8")).toBe("{}");
  });

  it("says so when a file has the folder's name, and refuses names that lead outside", async () => {
    writeFileSync(at("lenet"), "");
    const { desk } = await deskOf({ place: folder });
    expect(await desk.exportFiles({ suggestedName: "lenet", files })).toMatchObject({ type: "failed" });
    expect(() =>
      desk.exportFiles({ suggestedName: "x", files: [{ name: "../x", bytes: bytes("") }] }),
    ).toThrow();
  });
});

describe("tables", () => {
  it("are found again by name, chosen as a file or with their folder", async () => {
    mkdirSync(at("flowers"));
    writeFileSync(at("flowers/iris.csv"), "a,kind");
    for (const [place, ask] of [
      ["flowers/iris.csv", "openDataTable"],
      ["flowers", "openDataFolder"],
    ] as const) {
      const { desk, remembered } = await deskOf({ place: at(place) });
      const opened = { type: "opened", name: "iris.csv", files: [{ name: "iris.csv" }] };
      expect(await desk[ask]()).toMatchObject(opened);
      await remembered.settled();
      const { desk: later } = await deskOf();
      expect(await later.recallData("iris.csv")).toMatchObject(opened);
    }
  });
});

describe("data folders", () => {
  it("are found again by name", async () => {
    mkdirSync(at("mnist"));
    writeFileSync(at("mnist/train-images-idx3-ubyte"), "1");
    const { desk, remembered } = await deskOf({ place: at("mnist") });
    const opened = await desk.openDataFolder();
    expect(opened).toMatchObject({
      type: "opened",
      name: "mnist",
      files: [{ name: "train-images-idx3-ubyte" }],
    });
    await remembered.settled();
    const { desk: later } = await deskOf();
    expect(await later.recallData("mnist")).toMatchObject({ type: "opened", name: "mnist" });
    expect(await later.recallData("cifar")).toEqual({ type: "unknown" });
    expect(await later.recallData("__proto__")).toEqual({ type: "unknown" });
  });
});

describe("the question before losing work", () => {
  it.each([
    ["Save", "save"],
    ["Don’t save", "discard"],
    ["Cancel", "cancel"],
  ])("takes %s for %s", async (press, answer) => {
    const { desk } = await deskOf({ press });
    expect(await desk.askBeforeLosing("net")).toBe(answer);
  });
});
