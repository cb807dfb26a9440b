import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { answerDialogs, askedQuestions } from "./dialogs.ts";
import { forgetUserData, launchApp } from "./launch.ts";

test("offers to start the window again when its process is gone", async () => {
  const { app, page, userData } = await launchApp();
  await answerDialogs(app, { press: "Start it again" });
  const reloaded = app.evaluate(
    ({ BrowserWindow }) =>
      new Promise<void>((resolve) =>
        BrowserWindow.getAllWindows()[0]?.webContents.once("did-finish-load", () => resolve()),
      ),
  );
  await app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer(),
  );
  await expect
    .poll(() => askedQuestions(app))
    .toEqual([expect.stringMatching(/^The window stopped working/)]);
  await reloaded;
  expect(page.isClosed()).toBe(false);
  await app.close();
  forgetUserData(userData);
});

test("closes without a question when nothing is unsaved, and remembers its place", async () => {
  const { app, userData } = await launchApp();
  await app.close();
  expect(existsSync(join(userData, "remembered.json"))).toBe(true);
  forgetUserData(userData);
});
