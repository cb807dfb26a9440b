import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { get } from "node:http";
import { expect, test } from "@playwright/test";
import { serveBrowserEdition } from "./serve.ts";
import { findChromium } from "./stand-in/chromium.ts";
import { chooseTemplate, dirtyMark, quickAdd, showTab, standing, stopButton, training } from "./workbench.ts";

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
  ({ server, address } = await serveBrowserEdition());
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

test("trains, and saves by download where a browser has no save dialog", async ({ page }) => {
  await page.addInitScript(() => Reflect.deleteProperty(window, "showSaveFilePicker"));
  await page.goto(address);
  await chooseTemplate(page, "Edge lover");
  await training(page).getByRole("button", { name: "One step", exact: true }).click();
  await expect(standing(page)).toHaveText(/^Paused in epoch 1 of 20, after step 1 of 16\./, {
    timeout: 60_000,
  });
  await stopButton(page).click();
  await expect(standing(page)).toHaveText(/^Stopped in the first epoch; weights kept\./);
  await quickAdd(page, "dropout");
  const coming = page.waitForEvent("download");
  await page.keyboard.press("ControlOrMeta+s");
  const download = await coming;
  expect(download.suggestedFilename()).toBe("edge-lover.receptive");
  expect(readFileSync(await download.path(), "utf8")).toContain("dropout_1");
  await expect(dirtyMark(page)).toBeHidden();
});

test("reads a table that the browser gives without a handle", async ({ page }) => {
  await page.addInitScript(() => Reflect.deleteProperty(window, "showOpenFilePicker"));
  await page.goto(address);
  await chooseTemplate(page, "Table: spirals with a dense net");
  await showTab(page, "Data");
  const choosing = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Table…" }).click();
  const rows = Array.from(
    { length: 40 },
    (_, row) => `${row % 7},${(row * row) % 5},${row % 2 ? "odd" : "even"}`,
  );
  await (await choosing).setFiles({
    name: "parity.csv",
    mimeType: "text/csv",
    buffer: Buffer.from(`a,b,kind\n${rows.join("\n")}\n`),
  });
  const side = page.getByRole("region", { name: "Data", exact: true });
  await expect(side).toContainText("parity.csv");
  await expect(side).toContainText("2 inputs · 2 classes");
  await expect(side).toContainText("Classes come from the column “kind”.");
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
