import { describe, expect, it } from "vitest";
import { memoryHost } from "./memory.ts";
import { readFileText } from "./read-file.ts";

describe("the host in memory", () => {
  it("saves where the user says, opens again and remembers", async () => {
    const host = memoryHost();
    expect(await host.saveDocument({ suggestedName: "Untitled", text: "{}" })).toEqual({ type: "cancelled" });
    host.user.chooses = "net.receptive";
    const saved = await host.saveDocument({ suggestedName: "Untitled", text: "{}" });
    if (saved.type !== "saved") throw new Error(saved.type);
    await host.saveDocument({ token: saved.file.token, suggestedName: "Untitled", text: "[]" });
    expect(await host.openRecent(saved.file.token)).toMatchObject({ type: "opened", text: "[]" });
    expect((await host.listRecent()).map((it) => it.name)).toEqual(["net.receptive"]);
  });

  it("asks every listener before it closes with unsaved work", async () => {
    const host = memoryHost();
    const unlisten = host.onCloseRequested(async () => false);
    expect(await host.requestClose()).toBe(true);
    host.setDirty(true, "net");
    expect(await host.requestClose()).toBe(false);
    unlisten();
    expect(await host.requestClose()).toBe(true);
  });
});

describe("readFileText", () => {
  it("takes UTF-8 and refuses the rest in one sentence", async () => {
    expect(await readFileText(new File(["\uFEFF{}"], "a.receptive"))).toEqual({ text: "{}" });
    expect(await readFileText(new File([new Uint8Array([0xff, 0xfe])], "a.png"))).toEqual({
      failed: "Cannot open “a.png”: it is not UTF-8 text. Choose a .receptive file.",
    });
  });
});
