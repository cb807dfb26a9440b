import type { Page } from "@playwright/test";
import { barriers } from "./accessible.ts";
import { expect, look, test } from "./journey.ts";
import {
  card,
  chooseTemplate,
  firstMap,
  quickAdd,
  setNumber,
  showTab,
  standing,
  trainButton,
} from "./workbench.ts";

const sizes = [
  [1024, 700],
  [1366, 768],
  [1920, 1080],
] as const;

for (const theme of ["light", "dark"] as const)
  test(`everything can be seen and used by everybody, ${theme}`, async ({ start }) => {
    const { page } = await start({ colorScheme: theme });
    const examine = async (name: string) => {
      await look(page, `${name}-${theme}`);
      expect.soft(await barriers(page), name).toEqual([]);
    };
    const atEverySize = async (name: string) => {
      for (const [width, height] of sizes) {
        await page.setViewportSize({ width, height });
        await look(page, `${name}-${width}-${theme}`);
        expect.soft(await cutOff(page), `${name} at ${width}×${height}`).toEqual([]);
      }
      await page.setViewportSize({ width: 1366, height: 768 });
    };

    await expect(page.getByRole("heading", { name: "Receptive" })).toBeVisible();
    await examine("gallery");
    await atEverySize("gallery");

    await chooseTemplate(page, "Digits: CNN against fcNN");
    await expect(firstMap(page, "conv_1")).toBeVisible();
    await examine("workbench");
    await atEverySize("workbench");

    await card(page, "conv_2").click();
    for (const tab of ["Feature maps", "Data", "Compare", "Code", "Problems", "Training"]) {
      await showTab(page, tab);
      await examine(`tab-${tab.toLowerCase().replace(" ", "-")}`);
    }

    for (const [name, keys] of [
      ["commands", "ControlOrMeta+k"],
      ["shortcuts", "?"],
      ["export", "ControlOrMeta+e"],
      ["quick-add", "a"],
    ] as const) {
      await card(page, "conv_2").focus();
      await page.keyboard.press(keys);
      await expect(page.locator("dialog, .quick-add").first()).toBeVisible();
      await examine(name);
      await page.keyboard.press("Escape");
      await expect(page.locator("dialog, .quick-add")).toHaveCount(0);
    }
    await page.getByRole("button", { name: "Menu", exact: true }).click();
    await examine("menu");
    await page.keyboard.press("Escape");

    await card(page, "conv_2").click();
    await quickAdd(page, "dense");
    await expect(card(page, "dense_3")).toContainText("got 28×28×8");
    await showTab(page, "Problems");
    await examine("problem");
    await page.keyboard.press("ControlOrMeta+z");
  });

test("a loss that leaves the numbers stops the run and says what to do", async ({ start }) => {
  const { page } = await start();
  await chooseTemplate(page, "Edge lover");
  const recipe = page.getByRole("region", { name: "Recipe" });
  await recipe.getByRole("combobox", { name: "Optimizer" }).selectOption("sgd");
  await setNumber(recipe, "Learning rate", "1e30");
  await expect(recipe).toContainText("Learning rate must be a number from 1e-9 to 100, got 1e+30.");
  await setNumber(recipe, "Learning rate", "100");
  await trainButton(page).click();
  await expect(standing(page)).toContainText(/^The loss became (NaN|infinite)/, { timeout: 60_000 });
  await expect(standing(page)).toContainText(/learning rate/);
  await look(page, "not-a-number");
  await page.emulateMedia({ colorScheme: "dark" });
  await look(page, "not-a-number-dark");
});

/** Controls that lie outside the window, and bars whose content does not fit. */
const cutOff = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => {
    const outside = [...document.querySelectorAll("header button, footer button, h1, [role=tab]")].filter(
      (it) => {
        const { left, right, top, bottom } = it.getBoundingClientRect();
        return left < 0 || top < 0 || right > innerWidth || bottom > innerHeight;
      },
    );
    const { scrollWidth } = document.documentElement;
    return [
      ...outside.map((it) => it.getAttribute("aria-label") ?? it.textContent ?? it.tagName),
      ...(scrollWidth > innerWidth ? [`the page is ${scrollWidth} pixels wide`] : []),
    ];
  });
