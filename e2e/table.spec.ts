import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { barriers } from "./accessible.ts";
import { answerDialogs } from "./dialogs.ts";
import { expect, look, test } from "./journey.ts";
import {
  card,
  chooseTemplate,
  dirtyMark,
  notices,
  pixelsOf,
  setNumber,
  shareIn,
  showTab,
  standing,
  trainButton,
} from "./workbench.ts";

test("a dense net bends its borders around three arms", async ({ start }) => {
  const { page } = await start();
  await chooseTemplate(page, "Table: spirals with a dense net");
  await showTab(page, "Data");
  const plane = page.getByRole("region", { name: "Samples" }).getByRole("img", { name: /training points/ });
  await expect(plane).toHaveAccessibleName(/behind them the class that the network sees there/);
  const untrained = await pixelsOf(plane);
  await look(page, "spirals-untrained");

  await trainButton(page).click();
  await expect.poll(() => pixelsOf(plane)).not.toBe(untrained);
  await showTab(page, "Training");
  await expect(standing(page)).toHaveText(/^Done: 30 epochs in /, { timeout: 60_000 });
  const validation = page.getByRole("row", { name: /^validation/ }).getByRole("cell");
  expect(shareIn((await validation.last().textContent()) ?? "")).toBeGreaterThan(0.95);

  await showTab(page, "Data");
  await page.getByRole("radio", { name: /^Row 3,/ }).check();
  for (const theme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await look(page, `spirals-data-${theme}`);
    expect.soft(await barriers(page), theme).toEqual([]);
  }
  await showTab(page, "Feature maps");
  await expect(page.getByRole("region", { name: "Watched row" })).toContainText("3 of 100");
  await look(page, "spirals-maps-dark");
  await card(page, "dense_1").click();
  await expect(page.getByRole("region", { name: "Maps of dense_1" })).toContainText("16 values");
  await look(page, "spirals-maps-layer-dark");
});

/** 180 flowers of three kinds, sorted by kind and numbered, as spreadsheets in half of Europe write them. */
function flowers(): string {
  const kinds = [
    [5, 3.4, 1.5],
    [5.9, 2.8, 4.3],
    [6.6, 3, 5.6],
  ];
  const rows = kinds.flatMap((means, kind) =>
    Array.from({ length: 60 }, (_, flower) => [
      kind * 60 + flower + 1,
      ...means.map((it, column) => it + Math.sin(flower * (7 + column) + kind) / 3),
      flower % 2 ? "north" : "south",
      ["setosa", "versicolor", "virginica"][kind],
    ]),
  );
  const text = rows.map((it) => it.join(";").replaceAll(".", ",")).join("\r\n");
  return `\uFEFFId;sepal length;sepal width;petal length;slope;species\r\n${text}\r\n`;
}

test("a CSV table is chosen, trains a design that fits it, and is found again", async ({ start, folder }) => {
  mkdirSync(join(folder, "data"));
  const table = join(folder, "data", "flowers.csv");
  writeFileSync(table, flowers());
  const first = await start();
  const { page } = first;
  await chooseTemplate(page, "Table: spirals with a dense net");
  await showTab(page, "Data");

  const broken = join(folder, "data", "broken.csv");
  writeFileSync(broken, "a;b;kind\n1;2;x\n3;4\n");
  await answerDialogs(first.app, { open: broken });
  await page.getByRole("button", { name: "Table…" }).click();
  await expect(page.getByRole("alert")).toHaveText(
    /^broken\.csv, line 3: 2 cells, but 3 cells in the first row\./,
  );

  await answerDialogs(first.app, { open: table });
  await page.getByRole("button", { name: "Table…" }).click();
  const side = page.getByRole("region", { name: "Data", exact: true });
  await expect(side).toContainText("5 inputs · 3 classes");
  await expect(side).toContainText("Left out: “Id”, which only counts the rows.");
  await expect(page.getByRole("columnheader", { name: /^sepal length 5\.85 ± 0\.698/ })).toBeVisible();
  await expect(page.getByRole("columnheader", { name: "slope = north 0 or 1" })).toBeVisible();
  for (const theme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await look(page, `table-data-${theme}`);
    expect.soft(await barriers(page), theme).toEqual([]);
  }

  await showTab(page, "Problems");
  await page.getByRole("button", { name: "Set the input to 5 values" }).first().click();
  await showTab(page, "Training");
  const recipe = page.getByRole("region", { name: "Recipe" });
  await setNumber(recipe, "Epochs", "40");
  await trainButton(page).click();
  await expect(standing(page)).toHaveText(/^Done: 40 epochs in /, { timeout: 60_000 });
  const validation = page.getByRole("row", { name: /^validation/ }).getByRole("cell");
  expect(shareIn((await validation.last().textContent()) ?? "")).toBeGreaterThan(0.9);
  await look(page, "table-trained-dark");

  const file = join(folder, "flowers.receptive");
  await answerDialogs(first.app, { save: file });
  await page.keyboard.press("ControlOrMeta+s");
  await expect(dirtyMark(page)).toHaveCount(0);
  await first.app.close();
  const { page: again } = await start({ args: [file] });
  await showTab(again, "Data");
  await expect(again.getByRole("region", { name: "Data", exact: true })).toContainText("flowers.csv");
  await expect(again.getByRole("radio", { name: /^Row 1, / })).toBeChecked();
});

test("a table dropped on the window becomes its data, and what cannot be is told why", async ({ start }) => {
  const { page } = await start();
  const drop = async (name: string, text: string) => {
    const dropped = await page.evaluateHandle(
      ([name, text]) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([text], name));
        return transfer;
      },
      [name, text] as const,
    );
    await page.locator("main").dispatchEvent("drop", { dataTransfer: dropped });
  };
  await drop("flowers.csv", flowers());
  await expect(page.getByRole("tab", { name: "Data" })).toHaveAttribute("aria-selected", "true");
  await expect(page.getByRole("tabpanel", { name: "Data" })).toContainText("flowers.csv");
  await expect(page.getByRole("region", { name: "Samples" })).toBeVisible();
  await look(page, "dropped-table");
  await drop("train-images-idx3-ubyte", "");
  await expect(notices(page)).toContainText("Drop the folder that holds its images and its labels.");
  await look(page, "dropped-images");
});
