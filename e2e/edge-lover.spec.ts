import { expect, look, test } from "./journey.ts";
import {
  card,
  chooseTemplate,
  firstMap,
  inspector,
  pixelsOf,
  shareIn,
  showTab,
  standing,
  trainButton,
} from "./workbench.ts";

test("a kernel becomes an edge detector while one watches", async ({ start }) => {
  const { page } = await start();
  await chooseTemplate(page, "Edge lover");
  await card(page, "conv_1").click();
  const kernel = inspector(page).getByRole("region", { name: "Kernels" }).locator("canvas");
  const map = firstMap(page, "conv_1");
  await expect(kernel).toBeVisible();
  await expect(map).toBeVisible();
  const untrained = { kernel: await pixelsOf(kernel), map: await pixelsOf(map) };

  await trainButton(page).click();
  await expect(standing(page)).toHaveText(/^Done: 20 epochs in /, { timeout: 60_000 });

  const validation = page.getByRole("row", { name: /^validation/ }).getByRole("cell");
  expect(shareIn((await validation.last().textContent()) ?? "")).toBeGreaterThanOrEqual(0.95);
  expect(await pixelsOf(kernel)).not.toBe(untrained.kernel);
  expect(await pixelsOf(map)).not.toBe(untrained.map);

  await showTab(page, "Feature maps");
  const weights = await page.getByRole("table", { name: "Kernel" }).getByRole("cell").allTextContents();
  expect(weights).toHaveLength(25);
  const { along, across } = unevenness(weights.map((it) => Number(it.replace("−", "-"))));
  expect(Math.max(along, across) / Math.min(along, across)).toBeGreaterThan(2);

  await look(page, "edge-lover-light");
  await page.emulateMedia({ colorScheme: "dark" });
  await look(page, "edge-lover-dark");
});

/** How much the sums of the rows and of the columns of a 5×5 kernel differ among each other. */
function unevenness(weights: readonly number[]): { along: number; across: number } {
  const sums = (place: (index: number) => number) =>
    [0, 1, 2, 3, 4].map((line) =>
      weights.reduce((sum, it, index) => (place(index) === line ? sum + it : sum), 0),
    );
  const spread = (values: readonly number[]) => Math.max(...values) - Math.min(...values);
  return { along: spread(sums((it) => Math.floor(it / 5))), across: spread(sums((it) => it % 5)) };
}
