import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator, Page } from "@playwright/test";
import { answerDialogs } from "./dialogs.ts";
import { expect, look, test } from "./journey.ts";
import {
  canvas,
  card,
  dirtyMark,
  fileName,
  inspector,
  quickAdd,
  standing,
  template,
  training,
  wires,
} from "./workbench.ts";

test("the whole work is done without a pointer", async ({ start, folder }) => {
  const { app, page } = await start();
  await answerDialogs(app, { save: join(folder, "typed.receptive") });

  await test.step("open a template and walk the network", async () => {
    await tabTo(page, template(page, "Edge lover"));
    await page.keyboard.press("Enter");
    await expect(canvas(page)).toBeVisible();
    await runCommand(page, "go to conv_1");
    await expect(card(page, "conv_1")).toBeFocused();
    await page.keyboard.press("Tab");
    await expect(card(page, "global_max_pool_1")).toBeFocused();
    await page.keyboard.press("Shift+Tab");
    await expect(card(page, "conv_1")).toBeFocused();
  });

  await test.step("add a layer and calculate a setting", async () => {
    await quickAdd(page, "conv");
    await expect.poll(() => wires(page)).toContain("conv_2→global_max_pool_1");
    await expect(card(page, "conv_2")).toBeFocused();
    await page.keyboard.press("Enter");
    const filters = inspector(page).getByRole("spinbutton", { name: "Filters" });
    await tabTo(page, filters);
    await page.keyboard.type("2*4");
    await page.keyboard.press("Enter");
    await expect(filters).toHaveValue("8");
    await expect(card(page, "conv_2")).toContainText("50×50×8");
    await look(page, "keyboard-setting");
    const parameters = inspector(page).getByRole("button", { name: "80", exact: true });
    await tabTo(page, parameters);
    await expect(page.getByRole("tooltip")).toContainText("3·3·1·8 + 8 = 80");
    await page.keyboard.press("Escape");
    await expect(page.getByRole("tooltip")).toBeHidden();
    await expect(parameters).toBeFocused();
    await page.keyboard.press("Escape");
    await expect(card(page, "conv_2")).toBeFocused();
  });

  await test.step("train, and stop", async () => {
    await runCommand(page, "train on: cpu (simd)");
    await page.keyboard.press("ControlOrMeta+Enter");
    await expect(standing(page)).toHaveText(/^Epoch \d+ of 20, step/, { timeout: 60_000 });
    await page.keyboard.press("p");
    await expect(standing(page)).toHaveText(/^Paused/);
    await page.keyboard.press(".");
    await page.keyboard.press("ControlOrMeta+.");
    await expect(standing(page)).toHaveText(/^Stopped/);
    await expect(training(page).getByRole("button", { name: "Train", exact: true })).toBeEnabled();
  });

  await test.step("copy the program, export it, save the work", async () => {
    await page.keyboard.press("Alt+5");
    const copy = page.getByRole("button", { name: /^Cop/ });
    await tabTo(page, copy);
    await page.keyboard.press("Enter");
    await expect(copy).toHaveText("Copied");

    await page.keyboard.press("ControlOrMeta+e");
    const dialog = page.getByRole("dialog", { name: "Export Edge lover" });
    await tabTo(page, dialog.getByRole("radio", { name: "TensorFlow.js model" }));
    const program = dialog.getByRole("radio", { name: "Keras program (Python)" });
    for (let presses = 0; presses < 20 && !(await program.isChecked()); presses++)
      await page.keyboard.press("ArrowDown");
    await expect(program).toBeChecked();
    await answerDialogs(app, { save: join(folder, "typed.py") });
    await tabTo(page, dialog.getByRole("button", { name: "Export…" }));
    await page.keyboard.press("Enter");
    await expect(dialog.getByRole("status")).toContainText("Saved as typed.py");
    await page.keyboard.press("Escape");
    expect(readFileSync(join(folder, "typed.py"), "utf8")).toContain('name="conv_2"');

    await answerDialogs(app, { save: join(folder, "typed.receptive") });
    await page.keyboard.press("ControlOrMeta+s");
    await expect(fileName(page)).toHaveText("typed");
    await expect(dirtyMark(page)).toBeHidden();
  });
});

/** Presses Tab until the element has the focus, as a person does who sees where the focus is. */
async function tabTo(page: Page, wanted: Locator): Promise<void> {
  const isThere = () => wanted.evaluate((it) => it === document.activeElement);
  for (let presses = 0; presses < 80; presses++) {
    if (await isThere()) return;
    await page.keyboard.press("Tab");
  }
  await expect(wanted).toBeFocused();
}

/** Finds a command by its name and runs it. */
async function runCommand(page: Page, name: string): Promise<void> {
  await page.keyboard.press("ControlOrMeta+k");
  const search = page.getByRole("combobox", { name: "All commands" });
  await expect(search).toBeFocused();
  await page.keyboard.type(name);
  await page.keyboard.press("Enter");
  await expect(search).toBeHidden();
}
