import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { barriers } from "./accessible.ts";
import { answerDialogs } from "./dialogs.ts";
import { expect, look, test } from "./journey.ts";
import {
  card,
  chooseTemplate,
  dirtyMark,
  fileName,
  layers,
  notices,
  quickAdd,
  setNumber,
  showTab,
  standing,
  trainButton,
} from "./workbench.ts";

const importDialog = (page: Page) => page.getByRole("dialog", { name: /^Import / });
const exportDialog = (page: Page) => page.getByRole("dialog", { name: /^Export / });

test("a trained design leaves in several formats, and each comes back with its weights", async ({
  start,
  folder,
}) => {
  const { app, page } = await start();
  await chooseTemplate(page, "Edge lover");
  await setNumber(page.getByRole("region", { name: "Recipe" }), "Epochs", "2");
  await trainButton(page).click();
  await expect(standing(page)).toHaveText(/^Done: 2 epochs/, { timeout: 60_000 });
  const kernel = await kernelOf(page);

  for (const [format, saved] of [
    ["TensorFlow.js model", join(folder, "Edge lover-tfjs", "model.json")],
    ["ONNX model", join(folder, "net.onnx")],
    ["Keras model", join(folder, "net.keras")],
    ["PyTorch weights (safetensors)", join(folder, "weights.safetensors")],
  ] as const)
    await test.step(format, async () => {
      await answerDialogs(app, { open: folder, save: saved });
      await page.keyboard.press("ControlOrMeta+e");
      await exportDialog(page).getByRole("radio", { name: format, exact: true }).check();
      await exportDialog(page)
        .getByRole("button", { name: /^Export/ })
        .click();
      await expect(exportDialog(page).getByRole("status")).toContainText(/and compared: /);
      await page.keyboard.press("Escape");
    });

  await test.step("the model opens as a tab, with the kernel that was trained", async () => {
    await answerDialogs(app, { open: join(folder, "Edge lover-tfjs", "model.json") });
    await page.keyboard.press("ControlOrMeta+o");
    await expect(importDialog(page)).toContainText("4 layers taken over as they are");
    await look(page, "import-report");
    expect.soft(await barriers(page)).toEqual([]);
    await importDialog(page).getByRole("button", { name: "Add as a tab" }).click();
    await expect(importDialog(page)).toBeHidden();
    expect(await layers(page)).toContain("conv_1");
    await expect(standing(page)).toHaveText("Weights imported from Edge lover-tfjs.");
    await expect.poll(() => kernelOf(page)).toEqual(kernel);
    await look(page, "import-tab");
  });

  for (const name of ["net.onnx", "net.keras"])
    await test.step(`${name} comes back with the same kernel`, async () => {
      await answerDialogs(app, { open: join(folder, name) });
      await page.keyboard.press("ControlOrMeta+o");
      await expect(importDialog(page)).toContainText("The weights come along", { timeout: 60_000 });
      await look(page, `import-${name}`);
      await importDialog(page).getByRole("button", { name: "Add as a tab" }).click();
      await expect(standing(page)).toHaveText(`Weights imported from ${name}.`);
      await expect.poll(() => kernelOf(page)).toEqual(kernel);
    });

  await test.step("it goes out again as imported, and trains on", async () => {
    await page.keyboard.press("ControlOrMeta+e");
    await expect(exportDialog(page)).toContainText("Imported from net.keras");
    await look(page, "export-imported");
    await page.keyboard.press("Escape");
    await setNumber(page.getByRole("region", { name: "Recipe" }), "Epochs", "1");
    await page.getByRole("button", { name: "More ways to train" }).click();
    await page.getByRole("menuitem", { name: /^Train further/ }).click();
    await expect(standing(page)).toHaveText(/^Done: 1 epoch/, { timeout: 60_000 });
  });

  await test.step("weights alone go onto the design on the canvas", async () => {
    await page
      .getByRole("navigation", { name: "Designs" })
      .getByRole("button", { name: "Edge lover" })
      .first()
      .click();
    await answerDialogs(app, { open: join(folder, "weights.safetensors") });
    await page.keyboard.press("ControlOrMeta+o");
    await expect(importDialog(page)).toContainText("Weights for Edge lover");
    await expect(importDialog(page)).toContainText("They take the place of its trained weights");
    await look(page, "import-weights");
    await importDialog(page).getByRole("button", { name: "Use these weights" }).click();
    await expect(notices(page)).toContainText("Edge lover has the weights of weights.safetensors.");
    await expect.poll(() => kernelOf(page)).toEqual(kernel);
  });
});

test("a damaged file and a pickle are refused in words, and nothing changes", async ({ start, folder }) => {
  const { app, page } = await start({ colorScheme: "dark" });
  await chooseTemplate(page, "Edge lover");
  await quickAdd(page, "dropout");
  const before = await layers(page);
  const cut = join(folder, "cut.safetensors");
  writeFileSync(cut, Uint8Array.of(60, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x22, 0x61));
  const pickle = join(folder, "net.pt");
  writeFileSync(pickle, Uint8Array.of(0x80, 2, 0x8a, 10));
  for (const [path, words] of [
    [cut, /cut\.safetensors.*/],
    [pickle, /net\.pt" is a Python pickle.*never loaded.*safetensors/],
  ] as const) {
    await answerDialogs(app, { open: path, press: "Don’t save" });
    await page.keyboard.press("ControlOrMeta+o");
    const said = importDialog(page).getByRole("alert");
    await expect(said).toHaveText(words);
    await expect(said).not.toContainText(/ at .*\.[jt]s/);
    await look(page, `import-refused-${path.slice(-3)}`);
    await page.keyboard.press("Escape");
    await expect(importDialog(page)).toBeHidden();
  }
  expect(await layers(page)).toEqual(before);
  await expect(fileName(page)).toHaveText("edge-lover");
  await expect(dirtyMark(page)).toBeVisible();
});

test("a dropped model opens from the first page, gaps and all", async ({ start }) => {
  const { page } = await start();
  await page.setViewportSize({ width: 1024, height: 700 });
  const files = { "model.json": JSON.stringify(withGap), "weights.bin": "" };
  await drop(page, files);
  await expect(importDialog(page)).toContainText("2 layers are missing");
  await expect(importDialog(page)).toContainText("memory (LSTM)");
  await look(page, "import-gaps");
  await page.emulateMedia({ colorScheme: "dark" });
  await look(page, "import-gaps-dark");
  expect.soft(await barriers(page)).toEqual([]);
  await importDialog(page).getByRole("button", { name: "Open as a document" }).click();
  await expect.poll(() => layers(page)).toContain("classes");
  expect(await layers(page)).not.toContain("memory");
  await expect(fileName(page)).toHaveText("model");
  await expect(card(page, "classes")).toBeVisible();
});

/** What the table of the one kernel shows. */
async function kernelOf(page: Page): Promise<readonly string[]> {
  await card(page, "conv_1").click();
  await showTab(page, "Feature maps");
  const cells = page.getByRole("table", { name: "Kernel" }).getByRole("cell");
  const texts = await cells.allTextContents();
  await showTab(page, "Training");
  return texts;
}

/** Drops files on the page as from the file manager. */
async function drop(page: Page, files: Readonly<Record<string, string>>): Promise<void> {
  const transfer = await page.evaluateHandle((given) => {
    const made = new DataTransfer();
    for (const [name, text] of Object.entries(given)) made.items.add(new File([text], name));
    return made;
  }, files);
  const window = page.getByRole("main");
  await window.dispatchEvent("dragover", { dataTransfer: transfer });
  await window.dispatchEvent("drop", { dataTransfer: transfer });
}

const layer = (class_name: string, name: string, config: object, from?: string) => ({
  class_name,
  name,
  config: { name, ...config },
  inbound_nodes: from === undefined ? [] : [[[from, 0, 0, {}]]],
});

/** A Keras model of which our designs have no two layers. */
const withGap = {
  format: "layers-model",
  modelTopology: {
    class_name: "Functional",
    config: {
      name: "reader",
      layers: [
        layer("InputLayer", "pages", { batch_input_shape: [null, 28, 28, 1] }),
        layer(
          "Conv2D",
          "strokes",
          { filters: 4, kernel_size: [3, 3], padding: "same", activation: "relu" },
          "pages",
        ),
        layer("LSTM", "memory", { units: 8 }, "strokes"),
        layer("MultiHeadAttention", "attention", { num_heads: 2, key_dim: 4 }, "memory"),
        layer("Dense", "classes", { units: 10, activation: "softmax" }, "attention"),
      ],
      input_layers: [["pages", 0, 0]],
      output_layers: [["classes", 0, 0]],
    },
  },
};
