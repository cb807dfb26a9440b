import type { Page } from "@playwright/test";
import { barriers } from "./accessible.ts";
import { expect, look, test } from "./journey.ts";
import {
  canvas,
  card,
  chooseTemplate,
  firstMap,
  inspector,
  layers,
  notices,
  pixelsOf,
  standing,
  stopButton,
  trainButton,
} from "./workbench.ts";

const dialog = (page: Page) => page.getByRole("dialog", { name: "Twins of conv_1" });
const twin = (page: Page, name: string) => dialog(page).getByRole("region", { name });
const three = ["Fully connected", "Locally connected", "Convolution"] as const;

async function command(page: Page, title: string): Promise<void> {
  await page.keyboard.press("ControlOrMeta+k");
  await page.keyboard.type(title);
  await page.keyboard.press("Enter");
}

test("a layer's twins stand side by side, and each can take its place", async ({ start }) => {
  const { page } = await start();
  await chooseTemplate(page, "Digits: CNN against fcNN");
  await expect(firstMap(page, "conv_1")).toBeVisible();
  const before = await layers(page);

  await card(page, "conv_1").click({ button: "right" });
  await look(page, "twins-menu", { pointer: "stays" });
  await page.getByRole("menuitem", { name: "Show twins of conv_1" }).click();
  for (const [name, count, working] of [
    ["Fully connected", "4,923,520", "784·6,272 + 6,272 = 4,923,520"],
    ["Locally connected", "62,720", "28·28·3·3·1·8 + 28·28·8 = 62,720"],
    ["Convolution", "80", "3·3·1·8 + 8 = 80"],
  ] as const) {
    await expect(twin(page, name)).toContainText(`${count} parameters`);
    await expect(twin(page, name)).toContainText(working);
  }
  await expect(twin(page, "Locally connected")).toContainText("784 × as many as the convolution");
  await expect(twin(page, "Convolution")).toContainText("in the design");

  // The keys move the unit in all three pictures, into the corner where a window sees the padding.
  const pictures = () =>
    Promise.all(three.map((it) => pixelsOf(twin(page, it).getByRole("img", { name: /one unit/ }))));
  await page.keyboard.press("ArrowUp");
  await expect(dialog(page)).toContainText(/row 1\d of 28/);
  const still = await pictures();
  await page.keyboard.press("ArrowLeft");
  await expect
    .poll(async () => (await pictures()).map((it, index) => it !== still[index]))
    .toEqual([true, true, true]);
  for (let times = 0; times < 28; times++) {
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowLeft");
  }
  await expect(dialog(page)).toContainText("row 1 of 28, column 1 of 28");
  await expect(twin(page, "Fully connected")).toContainText("784 terms");
  await expect(twin(page, "Convolution")).toContainText("4 terms + 5 on zeros of the padding");
  await twin(page, "Convolution")
    .getByRole("img", { name: /one unit/ })
    .hover({ position: { x: 150, y: 180 } });
  await expect(dialog(page)).not.toContainText("row 1 of 28, column 1 of 28");

  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    for (const [width, height] of [
      [1024, 700],
      [1366, 768],
      [1920, 1080],
    ] as const) {
      await page.setViewportSize({ width, height });
      await look(page, `twins-${width}-${colorScheme}`);
      expect.soft(await hidden(page), `${width}×${height}`).toEqual([]);
    }
    expect.soft(await barriers(page), colorScheme).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 1366, height: 768 });

  await page.keyboard.press("Escape");
  await expect(dialog(page)).toBeHidden();
  await page.keyboard.press("t");
  await twin(page, "Locally connected").getByRole("button", { name: "Use this layer" }).click();
  await expect(dialog(page)).toBeHidden();
  await expect(firstMap(page, "locally_connected_1")).toBeVisible();
  await expect(inspector(page)).toContainText("62,720");
  await expect(notices(page)).toContainText("the design now has 98,602 parameters, it had 35,962");
  await page.keyboard.press("ControlOrMeta+z");
  expect(await layers(page)).toEqual(before);

  await card(page, "conv_1").click();
  await command(page, "Show twins of conv_1");
  await twin(page, "Fully connected").getByRole("button", { name: "Use this layer" }).click();
  await expect(card(page, "reshape_1")).toBeVisible();
  await page.keyboard.press("ControlOrMeta+z");
  expect(await layers(page)).toEqual(before);
});

test("a design gets its fully connected twin of nearly as many parameters, and it learns", async ({
  start,
}) => {
  const { page } = await start();
  await chooseTemplate(page, "LeNet");
  await expect(firstMap(page, "conv_1")).toBeVisible();
  await command(page, "Make the fully connected twin");
  await expect(page.getByRole("button", { name: "LeNet · fully connected", exact: true })).toHaveAttribute(
    "aria-current",
    "page",
  );
  await expect(notices(page)).toContainText(
    "as many parameters as whole widths allow: 63-64 units make 54,201 parameters, LeNet has 54,314.",
  );
  expect(await layers(page)).toEqual(["image", "flatten_1", "dense_1", "dense_2", "dense_3"]);
  await look(page, "twins-design");
  await trainButton(page).click();
  await expect(standing(page)).toHaveText(/^Epoch [2-9] of 10/, { timeout: 60_000 });
  await stopButton(page).click();
  await expect(standing(page)).toHaveText(/^Stopped after epoch/);

  await page.keyboard.press("ControlOrMeta+z");
  await expect(page.getByRole("button", { name: "LeNet · fully connected", exact: true })).toBeHidden();
  await expect(canvas(page)).toBeVisible();
});

/** Buttons of the dialog that lie outside of it. */
const hidden = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll("dialog button, dialog select")]
      .filter((it) => {
        const { left, right, top, bottom } = it.getBoundingClientRect();
        return left < 0 || top < 0 || right > innerWidth || bottom > innerHeight;
      })
      .map((it) => it.textContent ?? ""),
  );
