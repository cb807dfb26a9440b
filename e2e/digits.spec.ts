import type { Page } from "@playwright/test";
import { expect, look, test } from "./journey.ts";
import {
  chooseTemplate,
  firstMap,
  pixelsOf,
  showTab,
  standing,
  stopButton,
  trainButton,
  training,
} from "./workbench.ts";

test("a CNN learns digits: paused, stepped, stopped, and nothing is lost", async ({ start }, info) => {
  const { page } = await start();
  await chooseTemplate(page, "Digits: CNN against fcNN");
  await trainButton(page).click();
  const pause = training(page).getByRole("button", { name: "Pause" });
  await expect(training(page).getByRole("progressbar", { name: "Training" })).toBeVisible();
  await expect(standing(page)).toHaveText(/^Epoch 1 of 10, step \d+ of \d+\. .* examples\/s, .* left\.$/, {
    timeout: 60_000,
  });

  const map = firstMap(page, "conv_4");
  const early = await pixelsOf(map);
  await expect.poll(() => pixelsOf(map)).not.toBe(early);

  await pause.click();
  await expect(standing(page)).toHaveText(/^Paused in epoch \d+ of 10, after step \d+/);
  await look(page, "digits-paused");
  const before = await placeOf(page);
  await training(page).getByRole("button", { name: "One step", exact: true }).click();
  await expect.poll(() => placeOf(page)).toBe(before + 1);
  await expect(standing(page)).toHaveText(/^Paused/);

  await training(page).getByRole("button", { name: "More ways to train" }).click();
  await page.getByRole("menuitem", { name: "One epoch" }).click();
  await expect(standing(page)).toHaveText(
    /^Paused in epoch 1 of 10, after step (\d+) of \1\.|^Paused in epoch 2 .* step 0 /,
    {
      timeout: 90_000,
    },
  );

  await training(page).getByRole("button", { name: "Continue" }).click();
  await expect(standing(page)).toHaveText(/^Epoch 2 of 10/);
  const answeredMs = await stopAndMeasure(page);
  info.annotations.push({ type: "stop answered", description: `${answeredMs.toFixed(0)} ms` });
  expect(answeredMs).toBeLessThan(2000);
  await expect(standing(page)).toHaveText(/^Stopped after epoch 1; weights kept\./);
  await expect(trainButton(page)).toBeEnabled();

  await showTab(page, "Compare");
  const trained = page.getByRole("row", { name: /^CNN / });
  await expect(trained).toContainText("35,962");
  await expect(trained).toContainText("%");
  const untrained = page.getByRole("row", { name: /^fcNN / });
  await expect(untrained).toContainText("84,060");
  await expect(untrained).not.toContainText("%");
  await look(page, "digits-compared");
});

/** Steps done in the epoch. */
async function placeOf(page: Page): Promise<number> {
  const text = (await standing(page).textContent()) ?? "";
  return Number(/step (\d+)/.exec(text)?.[1]);
}

/** From the click to the moment at which nothing is left to stop. */
const stopAndMeasure = (page: Page): Promise<number> =>
  stopButton(page).evaluate(async (button) => {
    const from = performance.now();
    if (button instanceof HTMLElement) button.click();
    while (button.ariaDisabled !== "true") await new Promise((resolve) => setTimeout(resolve));
    return performance.now() - from;
  });
