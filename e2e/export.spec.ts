import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import "@tensorflow/tfjs-backend-cpu";
import { type io, ones } from "@tensorflow/tfjs-core";
import { loadLayersModel } from "@tensorflow/tfjs-layers";
import { answerDialogs, askedQuestions } from "./dialogs.ts";
import { expect, look, test } from "./journey.ts";
import {
  canvas,
  card,
  chooseTemplate,
  quickAdd,
  setNumber,
  showTab,
  standing,
  trainButton,
} from "./workbench.ts";

test("a trained design leaves the app as a model, a program and a picture", async ({ start, folder }) => {
  const { app, page } = await start();
  await answerDialogs(app, { open: folder, press: "Export into it" });
  await chooseTemplate(page, "Edge lover");
  await setNumber(recipe(page), "Epochs", "2");
  await trainButton(page).click();
  await expect(standing(page)).toHaveText(/^Done: 2 epochs/, { timeout: 60_000 });
  await card(page, "conv_1").click();
  await showTab(page, "Feature maps");
  const shown = await page.getByRole("table", { name: "Kernel" }).getByRole("cell").allTextContents();

  const dialog = page.getByRole("dialog", { name: "Export Edge lover" });
  const exportButton = dialog.getByRole("button", { name: /^Export/ });
  const exported = join(folder, "Edge lover-tfjs");

  await test.step("a model that tfjs loads, with the weights that the app shows", async () => {
    await page.keyboard.press("ControlOrMeta+e");
    await expect(dialog).toContainText("Trained for 2 epochs");
    await exportButton.click();
    await expect(dialog.getByRole("status")).toContainText("Loaded again and compared:");
    await look(page, "export-done");
    const model = await loadLayersModel({ load: async () => filesIn(exported) });
    const predicted = model.predict(ones([3, 50, 50, 1]));
    if (Array.isArray(predicted)) throw new Error("The model has more than one output.");
    const values = await predicted.data();
    expect(predicted.shape).toEqual([3, 2]);
    expect((values[0] ?? 0) + (values[1] ?? 0)).toBeCloseTo(1, 5);
    const [kernel] = model.getLayer("conv_1").getWeights();
    const weights = await kernel?.data();
    expect(shown.map((it) => Number(it.replace("−", "-")))).toHaveLength(25);
    for (const [index, text] of shown.entries())
      expect(Math.abs(Number(text.replace("−", "-")) - (weights?.[index] ?? Number.NaN))).toBeLessThan(0.051);
  });

  await test.step("into the same folder only after a question", async () => {
    await answerDialogs(app, { open: folder, press: "Export into it" });
    await exportButton.click();
    await expect.poll(() => askedQuestions(app)).toEqual([expect.stringContaining("already has a folder")]);
    await expect(dialog.getByRole("status")).toContainText("Loaded again and compared:");
  });

  for (const [format, file, expected] of [
    ["Keras program (Python)", "program.py", ["keras", 'name="conv_1"', "epochs=2"]],
    ["Keras program (R, keras3)", "program.R", ["keras3", 'name = "conv_1"', "epochs = 2"]],
    ["PyTorch program", "program.py", ["nn.Module", "self.conv_1 = nn.Conv2d(1, 1,", "range(1, 3)"]],
    ["PyTorch weights (safetensors)", "weights.safetensors", ['"weights":"trained"', '"conv_1.weight"']],
    ["Picture (SVG)", "picture.svg", ["<svg", "conv_1", "50×50×1"]],
  ] as const)
    await test.step(format, async () => {
      await answerDialogs(app, { save: join(folder, file) });
      await dialog.getByRole("radio", { name: format, exact: true }).check();
      await exportButton.click();
      await expect(dialog.getByRole("status")).toContainText(`Saved as ${file}`);
      const text = readFileSync(join(folder, file), "utf8");
      for (const part of expected) expect(text).toContain(part);
    });
});

test("all formats are in sight, and the keyboard alone exports", async ({ start, folder }) => {
  for (const colorScheme of ["light", "dark"] as const) {
    const { app, page } = await start({ colorScheme });
    await answerDialogs(app, { save: join(folder, `picture-${colorScheme}.svg`), press: "Don’t save" });
    await chooseTemplate(page, "LeNet");
    await page.keyboard.press("ControlOrMeta+e");
    const dialog = page.getByRole("dialog", { name: "Export LeNet" });
    for (const [width, height] of [
      [1440, 900],
      [1024, 700],
    ] as const) {
      await page.setViewportSize({ width, height });
      await look(page, `export-${width}-${colorScheme}`);
      for (const it of await dialog.getByRole("radio").all()) await expect(it).toBeInViewport({ ratio: 1 });
    }
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await expect(dialog.getByRole("radio", { name: "TensorFlow.js model" })).toBeFocused();
    while (!(await dialog.getByRole("radio", { name: "Picture (SVG)" }).isChecked()))
      await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Tab");
    await page.keyboard.press("ArrowRight");
    await expect(dialog.getByRole("radio", { name: "Dark" })).toBeChecked();
    await look(page, `export-picture-${colorScheme}`);
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Enter");
    await expect(dialog.getByRole("status")).toContainText(`Saved as picture-${colorScheme}.svg.`);
    await look(page, `export-saved-${colorScheme}`);
    await page.keyboard.press("Escape");
    await expect(dialog).toBeHidden();
    await app.close();
  }
});

test("a design with problems is not exported, and the dialog says why", async ({ start }) => {
  const { page } = await start();
  await chooseTemplate(page, "Blank");
  await card(page, "image").click();
  await quickAdd(page, "dense");
  await page.keyboard.press("ControlOrMeta+e");
  const dialog = page.getByRole("dialog", { name: "Export Design" });
  const blocked = "A design with problems cannot be exported. Dense needs a vector, got 28×28×1";
  await expect(dialog).toContainText(blocked);
  const button = dialog.getByRole("button", { name: /^Export/ });
  await expect(button).toBeDisabled();
  await button.hover();
  await expect(page.getByRole("tooltip")).toContainText(blocked);
  await look(page, "export-refused");
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(canvas(page)).toBeVisible();
});

const recipe = (page: Page) => page.getByRole("region", { name: "Recipe" });

/** What tfjs needs of an exported folder, as `tf.io.fileSystem` would read it. */
function filesIn(folder: string): io.ModelArtifacts {
  const { modelTopology, weightsManifest } = JSON.parse(readFileSync(join(folder, "model.json"), "utf8"));
  const [{ paths, weights }] = weightsManifest;
  expect(paths).toEqual(["weights.bin"]);
  expect(existsSync(join(folder, "weights.bin"))).toBe(true);
  const bytes = readFileSync(join(folder, "weights.bin"));
  return { modelTopology, weightSpecs: weights, weightData: new Uint8Array(bytes).buffer };
}
