import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serve } from "../server/server.ts";
import { pageFor } from "./page.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "page-"));
  mkdirSync(join(folder, "root", "workers"), { recursive: true });
  writeFileSync(join(folder, "root", "index.html"), "<p>the page");
  writeFileSync(join(folder, "root", "workers", "train-a1_B.js"), "1");
  writeFileSync(join(folder, "root", "workers", "exchange-a1_B.js"), "1");
  writeFileSync(join(folder, "root", "workers", "pool-a1_B.js"), "1");
  mkdirSync(join(folder, "root", "workers", "chunks"));
  writeFileSync(join(folder, "root", "workers", "chunks", "exchange-a1_B.js"), "1");
  writeFileSync(join(folder, "secret.txt"), "secret");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const page = (path: string, method = "GET") => pageFor(join(folder, "root"), method, path);

describe("pageFor", () => {
  it("answers / with the page, isolated and under the policy", async () => {
    const { status, headers, body } = await page("/");
    expect([status, new TextDecoder().decode(body)]).toEqual([200, "<p>the page"]);
    expect(headers).toMatchObject({
      "Content-Type": "text/html; charset=utf-8",
      "Cross-Origin-Opener-Policy": "same-origin",
      "Cross-Origin-Embedder-Policy": "require-corp",
    });
    expect(headers["Content-Security-Policy"]).not.toMatch(/unsafe/);
  });

  it("lets only the training and the exchange worker compile WebAssembly", async () => {
    const may = async (path: string) =>
      (await page(path)).headers["Content-Security-Policy"]?.includes("wasm-unsafe-eval");
    expect(await may("/workers/train-a1_B.js")).toBe(true);
    expect(await may("/workers/exchange-a1_B.js")).toBe(true);
    expect(await may("/workers/pool-a1_B.js")).toBe(false);
    expect(await may("/workers/chunks/exchange-a1_B.js")).toBe(false);
    expect(await may("/index.html")).toBe(false);
  });

  it.each([
    "/../secret.txt",
    "/..%2fsecret.txt",
    "/%2e%2e/secret.txt",
    "/..\\secret.txt",
    "/..%5csecret.txt",
    "/a%00",
    "/%",
    "/C:/x",
  ])("refuses %s", async (path) => expect((await page(path)).status).toBe(403));

  it("knows what is missing and what it does not do", async () => {
    expect((await page("/nothing.js")).status).toBe(404);
    expect((await page("/workers")).status).toBe(404);
    expect((await page("/index.html/x")).status).toBe(404);
    expect((await page("/", "POST")).status).toBe(405);
  });
});

describe("serve", () => {
  it("answers over HTTP with the same headers, refuses traversal and says when a port is taken", async () => {
    const served = await serve(join(folder, "root"), 0);
    if ("failed" in served) throw new Error(served.failed);
    try {
      const reply = await fetch(served.address);
      expect(await reply.text()).toBe("<p>the page");
      expect(reply.headers.get("cross-origin-embedder-policy")).toBe("require-corp");
      const head = await fetch(served.address, { method: "HEAD" });
      expect([head.headers.get("content-length"), await head.text()]).toEqual(["11", ""]);
      const { port } = new URL(served.address);
      // fetch would tidy the dots away.
      const status = await new Promise((resolve) =>
        get({ port, host: "127.0.0.1", path: "/../secret.txt" }, (it) => resolve(it.statusCode)),
      );
      expect(status).toBe(403);
      expect(await serve(join(folder, "root"), Number(port))).toEqual({
        failed: expect.stringContaining("is in use"),
      });
    } finally {
      await served.stop();
    }
  });
});
