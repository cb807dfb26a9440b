import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { answerDialogs, askedQuestions } from "./dialogs.ts";
import { expect, look, test } from "./journey.ts";
import { canvas, card, chooseTemplate, dirtyMark, fileName, layers, notices, quickAdd } from "./workbench.ts";

const examples = join(import.meta.dirname, "..", "examples");

test("saved, closed, opened again: the same document", async ({ start, folder }) => {
  const [first, second] = [join(folder, "mine.receptive"), join(folder, "again.receptive")];
  await test.step("a changed design is saved", async () => {
    const { app, page } = await start();
    await answerDialogs(app, { save: first });
    await chooseTemplate(page, "LeNet");
    await expect(dirtyMark(page)).toBeHidden();
    await card(page, "conv_2").click();
    await quickAdd(page, "dropout");
    await expect(dirtyMark(page)).toBeVisible();
    await page.keyboard.press("ControlOrMeta+s");
    await expect(notices(page)).toContainText("Saved mine.receptive");
    await expect(dirtyMark(page)).toBeHidden();
    await expect(fileName(page)).toHaveText("mine");
    await app.close();
  });
  await test.step("it is among the recent files and reads as it was written", async () => {
    const { app, page } = await start();
    await answerDialogs(app, { save: second });
    await look(page, "gallery-recent");
    await page.getByRole("button", { name: /^mine\.receptive/ }).click();
    await expect.poll(() => layers(page)).toContain("dropout_1");
    await page.keyboard.press("ControlOrMeta+Shift+s");
    await expect(fileName(page)).toHaveText("again");
    expect(readFileSync(second, "utf8")).toBe(readFileSync(first, "utf8"));
    expect(readFileSync(first, "utf8")).toContain('{ "from": "conv_2", "to": "dropout_1" }');
    await app.close();
  });
});

test("a broken file is refused with its place, and changes nothing", async ({ start, folder }) => {
  const broken = join(folder, "broken.receptive");
  const whole = readFileSync(join(examples, "lenet.receptive"), "utf8");
  writeFileSync(broken, whole.replace('"units": 10', '"units": "ten"'));
  const { app, page } = await start();
  await answerDialogs(app, { open: broken, press: "Don’t save" });

  await page.getByRole("button", { name: "Open a file…" }).click();
  const trouble = page.getByRole("alert");
  await expect(trouble).toContainText("broken.receptive cannot be opened. designs[0].nodes[7]");
  // A second try would fare no better.
  await expect(page.getByRole("button", { name: /^broken\.receptive/ })).toHaveCount(0);
  await expect(page.getByText("Files you save or open are listed here.")).toBeVisible();
  await look(page, "gallery-refused");

  await chooseTemplate(page, "Edge lover");
  await quickAdd(page, "dropout");
  const before = await layers(page);
  for (const [content, place] of [
    [whole.replace('"units": 10', '"units": "ten"'), "designs[0].nodes[7]"],
    [whole.slice(0, 500), "line"],
    [whole.replace('"receptive": 1', '"receptive": 99'), "99"],
    [whole.replace('"name": "LeNet"', '"__proto__": {}, "name": "LeNet"'), "__proto__"],
  ] as const) {
    writeFileSync(broken, content);
    await page.keyboard.press("ControlOrMeta+o");
    const said = page.getByRole("alert").filter({ hasText: place });
    await expect(said).toContainText("broken.receptive cannot be opened.");
    await expect(said).not.toContainText(/ at .*\.[jt]s/);
    await said.getByRole("button", { name: "Close notice" }).click();
  }
  expect(await layers(page)).toEqual(before);
  await expect(fileName(page)).toHaveText("edge-lover");
  await expect(dirtyMark(page)).toBeVisible();
});

test("unsaved work is not lost by quitting", async ({ start, folder }) => {
  const { app, page } = await start();
  await chooseTemplate(page, "Edge lover");
  await quickAdd(page, "dropout");
  await expect(dirtyMark(page)).toBeVisible();
  const quit = () => app.evaluate(({ app: own }) => void own.quit());

  await answerDialogs(app, { press: "Cancel" });
  await quit();
  await expect.poll(() => askedQuestions(app)).toEqual(["Save the changes to “edge-lover.receptive”?"]);
  await expect(card(page, "dropout_1")).toBeVisible();

  const closed = app.waitForEvent("close");
  await answerDialogs(app, { press: "Save", save: join(folder, "kept.receptive") });
  await quit();
  await closed;
  expect(readFileSync(join(folder, "kept.receptive"), "utf8")).toContain("dropout_1");

  const again = await start({ args: [join(folder, "kept.receptive")] });
  await expect(card(again.page, "dropout_1")).toBeVisible();
  await expect(fileName(again.page)).toHaveText("kept");
  await card(again.page, "conv_1").click();
  await again.page.keyboard.press("Delete");
  await answerDialogs(again.app, { press: "Don’t save" });
  const gone = again.app.waitForEvent("close");
  await again.app.evaluate(({ app: own }) => void own.quit());
  await gone;
  expect(readFileSync(join(folder, "kept.receptive"), "utf8")).toContain("conv_1");
});

test("where nothing can be written, it is said and nothing is lost", async ({ start, folder }) => {
  const { app, page } = await start();
  await answerDialogs(app, { save: join(readOnlyPlace(folder), "mine.receptive"), press: "Don’t save" });
  await chooseTemplate(page, "Edge lover");
  await quickAdd(page, "dropout");
  await page.keyboard.press("ControlOrMeta+s");
  const said = page.getByRole("alert");
  await expect(said).toContainText("Cannot save “mine.receptive”:");
  await expect(said).toContainText("Save under another name or in another folder");
  await expect(dirtyMark(page)).toBeVisible();
  await expect(card(page, "dropout_1")).toBeVisible();
  await look(page, "files-refused");

  await answerDialogs(app, { save: join(folder, "mine.receptive"), press: "Don’t save" });
  await page.keyboard.press("ControlOrMeta+s");
  await expect(dirtyMark(page)).toBeHidden();
});

test("a document named on the command line opens at once", async ({ start, folder }) => {
  const file = join(folder, "given.receptive");
  copyFileSync(join(examples, "digits.receptive"), file);
  const { page } = await start({ args: [file] });
  await expect(canvas(page)).toBeVisible();
  await expect(fileName(page)).toHaveText("given");
  await expect(
    page.getByRole("navigation", { name: "Designs" }).getByRole("button", { name: "fcNN" }),
  ).toBeVisible();
});

/** A folder in which nobody can make a file. */
function readOnlyPlace(folder: string): string {
  // Permissions do not bind root, but nobody can make a file in Linux' picture of the hardware.
  if (process.getuid?.() === 0) return "/sys";
  const place = join(folder, "read-only");
  mkdirSync(place);
  // Windows keeps only files from being written, not folders.
  if (process.platform === "win32") mkdirSync(join(place, "mine.receptive"));
  chmodSync(place, 0o555);
  return place;
}
