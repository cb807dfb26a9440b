import type { Locator, Page } from "@playwright/test";
import { expect, look, test } from "./journey.ts";
import {
  canvas,
  card,
  chooseTemplate,
  inspector,
  layers,
  notices,
  quickAdd,
  trainButton,
  wayIn,
  wayOut,
  wires,
} from "./workbench.ts";

test("a network is drawn, wired, repaired and taken back", async ({ start }) => {
  const { page } = await start();
  await chooseTemplate(page, "Blank");

  await test.step("a layer is dragged from the palette and wired by hand", async () => {
    const { x, y } = await middleOf(card(page, "image"));
    const place = await canvas(page).boundingBox();
    await page
      .getByRole("complementary", { name: "Layers" })
      .getByRole("button", { name: "Conv 2D", exact: true })
      .dragTo(canvas(page), { targetPosition: { x: x - (place?.x ?? 0), y: y - (place?.y ?? 0) + 120 } });
    await expect.poll(() => layers(page)).toEqual(["image", "conv_1"]);
    expect(await wires(page)).toEqual([]);
    await drag(page, wayOut(page, "image"), wayIn(page, "conv_1"));
    await expect.poll(() => wires(page)).toEqual(["image→conv_1"]);
    await expect(card(page, "conv_1")).toContainText("28×28×8");
  });

  await test.step("layers are added by name behind the selected one", async () => {
    await card(page, "conv_1").click();
    await quickAdd(page, "max");
    await quickAdd(page, "dense");
    await expect.poll(() => wires(page)).toEqual(["conv_1→max_pool_1", "image→conv_1", "max_pool_1→dense_1"]);
  });

  await test.step("a problem stands on the card and its repair works", async () => {
    await expect(card(page, "dense_1")).toContainText("got 14×14×8");
    await expect(trainButton(page)).toBeDisabled();
    await trainButton(page).hover();
    await expect(page.getByRole("tooltip")).toContainText("problem");
    await look(page, "draw-problem");
    const repair = card(page, "dense_1").getByRole("button", { name: /Flatten/ });
    await repair.hover();
    await expect(page.getByRole("tooltip")).toContainText("? → 64 · 0 → 100,416 parameters");
    await expect(page.getByRole("tooltip")).toContainText("80 → 100,496 parameters");
    await look(page, "draw-preview", { pointer: "stays" });
    await repair.click();
    await expect.poll(() => wires(page)).toContain("flatten_1→dense_1");
    await expect(card(page, "flatten_1")).toContainText("1568");
    await expect(card(page, "dense_1")).not.toContainText("got");
  });

  await test.step("a number on the card says where it comes from", async () => {
    const why = page.getByRole("tooltip");
    await card(page, "conv_1").getByRole("button", { name: "28×28×8" }).click();
    await expect(why).toContainText("⌊(28 + 2·1 − 3)/1⌋ + 1 = 28");
    await look(page, "draw-derivation", { pointer: "stays" });
    await page.keyboard.press("Escape");
    await expect(why).toBeHidden();
  });

  await test.step("a wire that cannot work is refused with its reason", async () => {
    const before = await wires(page);
    await drag(page, wayOut(page, "max_pool_1"), wayIn(page, "conv_1"), async () => {
      await expect(canvas(page)).toContainText("would close a circle");
      await look(page, "draw-refused-wire", { pointer: "stays" });
    });
    await expect(notices(page)).toContainText("conv_1 already leads to max_pool_1");
    expect(await wires(page)).toEqual(before);
  });

  await test.step("deleting heals the wire; undo and redo walk through every edit", async () => {
    const whole = await wires(page);
    await card(page, "max_pool_1").click();
    await page.keyboard.press("Delete");
    await expect.poll(() => wires(page)).toContain("conv_1→flatten_1");
    await page.keyboard.press("ControlOrMeta+z");
    await expect.poll(() => wires(page)).toEqual(whole);
    await page.keyboard.press("ControlOrMeta+Shift+z");
    await expect.poll(() => layers(page)).not.toContain("max_pool_1");
    const undo = page.getByRole("button", { name: "Undo" });
    while (await undo.isEnabled()) await undo.click();
    await expect.poll(() => layers(page)).toEqual(["image"]);
    const redo = page.getByRole("button", { name: "Redo" });
    while (await redo.isEnabled()) await redo.click();
    await page.keyboard.press("ControlOrMeta+z");
    await expect.poll(() => wires(page)).toEqual(whole);
  });
});

test("layers are copied, tidied and compared in a second design", async ({ start }) => {
  const { page } = await start();
  await chooseTemplate(page, "Edge lover");
  const tabs = page.getByRole("navigation", { name: "Designs" });
  const chosen = tabs.locator("[aria-current=page]");

  await card(page, "conv_1").click();
  await card(page, "global_max_pool_1").click({ modifiers: ["Shift"] });
  await expect(inspector(page).getByRole("heading", { name: "2 layers" })).toBeVisible();
  await page.keyboard.press("ControlOrMeta+c");
  await page.keyboard.press("ControlOrMeta+v");
  await expect.poll(() => wires(page)).toContain("conv_2→global_max_pool_2");
  await page.keyboard.press("ControlOrMeta+d");
  await expect.poll(() => wires(page)).toContain("conv_3→global_max_pool_3");

  const places = () => Promise.all(["conv_2", "conv_3"].map((it) => middleOf(card(page, it))));
  const strewn = await places();
  await page.getByRole("button", { name: "Tidy" }).click();
  await expect.poll(places).not.toEqual(strewn);
  await look(page, "draw-tidied");

  await tabs.getByRole("button", { name: "New design" }).click();
  await expect(chosen).toHaveText("Design");
  await expect.poll(() => layers(page)).toEqual(["image"]);
  await expect(card(page, "image")).toContainText("50×50×1");
  await tabs.getByRole("button", { name: "Design", exact: true }).dblclick();
  await tabs.getByRole("textbox", { name: "Name of the design" }).fill("Two kernels");
  await page.keyboard.press("Enter");
  await expect(chosen).toHaveText("Two kernels");
  await tabs.getByRole("button", { name: "Edge lover" }).click();
  await expect.poll(() => layers(page)).toContain("conv_3");
});

/** Presses at one place, lets go at another. */
async function drag(
  page: Page,
  from: Locator,
  to: Locator,
  meanwhile: () => Promise<void> = async () => undefined,
): Promise<void> {
  // Hovering waits until the drawing stands still.
  await from.hover();
  await page.mouse.down();
  await to.hover();
  // The library looks for what lies under the pointer when it moves there.
  await to.hover({ position: { x: 4, y: 4 } });
  await meanwhile();
  await page.mouse.up();
}

async function middleOf(element: Locator): Promise<{ x: number; y: number }> {
  const box = await element.boundingBox();
  if (!box) throw new Error("What the journey looks for is not on the screen.");
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}
