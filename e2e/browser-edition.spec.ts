import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { get } from "node:http";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { findChromium } from "./stand-in/chromium.ts";

const executablePath = findChromium();
test.use({
  launchOptions: {
    ...(executablePath === undefined ? {} : { executablePath }),
    args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
  },
});

let server: ChildProcess;
let address: string;
test.beforeAll(async () => {
  const program = join(import.meta.dirname, "..", "out", "main", "serve.js");
  server = spawn(process.execPath, [program], { stdio: ["ignore", "pipe", "inherit"] });
  if (server.stdout === null) throw new Error("The server has no output");
  const [line] = await once(server.stdout, "data");
  address = String(line).trim();
});
test.afterAll(() => {
  server.kill();
});

test("serves the same window, isolated and without complaints, to this computer only", async ({ page }) => {
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  await page.goto(address);
  await expect(page).toHaveTitle(/Receptive/);
  await expect(page.getByText("Edge lover").first()).toBeVisible();
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  expect(complaints).toEqual([]);
});

test("serves nothing outside its folder", async () => {
  const { port } = new URL(address);
  const statusOf = (path: string) =>
    new Promise((resolve) =>
      get({ host: "127.0.0.1", port, path }, (reply) => resolve(reply.resume().statusCode)),
    );
  const paths = ["/../main/main.js", "/..%2fmain%2fmain.js", "/%2e%2e/main/main.js"];
  expect(await Promise.all(paths.map(statusOf))).toEqual([403, 403, 403]);
});
